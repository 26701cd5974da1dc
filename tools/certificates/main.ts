import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CertificateFile, developmentCertificates } from './development-certificates.ts';
import { type CertificateSettings, settingsFrom, UsageError, usage } from './settings.ts';

const exitCodes = { made: 0, failed: 1, usage: 2 } as const;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  try {
    const settings = settingsFrom(args);
    if (settings === 'help') {
      process.stdout.write(usage);
      return exitCodes.made;
    }
    return await make(settings);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\nTry --help.\n`);
      return exitCodes.usage;
    }
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return exitCodes.failed;
  }
}

async function make({ directory, days, hosts, force }: CertificateSettings): Promise<number> {
  const files = await developmentCertificates(days, hosts);
  const present = files.find(({ name }) => existsSync(join(directory, name)));
  if (present !== undefined && !force) {
    process.stderr.write(`${join(directory, present.name)} is there already; --force replaces the whole set.\n`);
    return exitCodes.failed;
  }
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const file of files) await write(directory, file);
  process.stdout.write(
    `${directory} has certificates for ${days} days. Try them with: TLS_DIR=${directory} npm start\n`,
  );
  return exitCodes.made;
}

/** Through a new file: a key is never in one that others may read, and a process never reads half a certificate. */
async function write(directory: string, { name, content, isPrivate }: CertificateFile): Promise<void> {
  const path = join(directory, name);
  await rm(`${path}.new`, { force: true });
  await writeFile(`${path}.new`, content, { mode: isPrivate ? 0o600 : 0o644, flag: 'wx' });
  await rename(`${path}.new`, path);
}
