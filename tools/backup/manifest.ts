import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { forEachAtOnce } from './for-each-at-once.ts';

/** Where a backup has what. */
export const clusterFolder = 'postgres';
export const blobFolder = 'blobs';
const manifestFile = 'manifest.json';
/** What the stores and the audit log are locked with. */
export const secretFiles = ['secrets.json', 'audit-key', 'admin-password'] as const;

const schema = z.object({
  format: z.literal(1),
  /** When the database was as it is in the backup. */
  consistent_at: z.string(),
  /** The names of all files, with the SHA-256 of what is in them. */
  files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});

/** What is in a backup. It is written last, so a backup without one is not whole. */
export type Manifest = z.infer<typeof schema>;

/** A backup is not what was written. */
export class DamagedBackupError extends Error {
  override readonly name = 'DamagedBackupError';
}

export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  await writeFile(join(directory, manifestFile), `${JSON.stringify(manifest, null, 1)}\n`, {
    mode: 0o600,
    flush: true,
  });
}

/**
 * Reads all of a backup, to see that it is what was written.
 *
 * @throws {DamagedBackupError} naming a file that is missing or has changed
 */
export async function verifiedManifest(directory: string): Promise<Manifest> {
  const manifest = await readManifest(directory);
  await forEachAtOnce(Object.entries(manifest.files), async ([name, sha256]) => {
    if ((await digestOf(join(directory, name))) !== sha256) throw new DamagedBackupError(`${name} is damaged`);
  });
  return manifest;
}

async function readManifest(directory: string): Promise<Manifest> {
  const file = join(directory, manifestFile);
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new DamagedBackupError(`${directory} is no whole backup: ${file} is missing, or of another release`, {
      cause,
    });
  }
}

/** @returns undefined when there is no such file */
async function digestOf(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}
