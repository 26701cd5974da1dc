import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { startEmbeddedPostgres, urlOfRunningPostgres } from '@contract-reviewer/platform/embedded/embedded-postgres';
import { urlOf } from '@contract-reviewer/platform/embedded/provision';
import { openDataDirectory } from '../stack/data-directory.ts';
import { DATABASE } from '../stack/postgres.ts';
import { loadSecrets } from '../stack/secrets.ts';
import { copyCluster } from './cluster-copy.ts';
import { FileCopies } from './file-copies.ts';
import { holdingBlobs } from './held-blobs.ts';
import { blobFolder, clusterFolder, secretFiles, writeManifest } from './manifest.ts';

export interface BackupOptions {
  dataDirectory: string;
  /** Where the backup goes: a directory that is not there yet. */
  out: string;
  report: (line: string) => void;
  signal: AbortSignal;
}

export interface Backup {
  files: number;
  bytes: number;
}

/**
 * Copies everything that `npm start` keeps in its data directory but Redis, whether it runs or not.
 *
 * First the database and then the content, which is not removed meanwhile: so the backup has the content of every document
 * that is in it. What is there besides belongs to documents that came or went in the meantime, and is swept away later.
 *
 * @throws {DamagedBlobError} when a file's content is not what its name says
 * @throws {StartError} when the data directory cannot be used
 */
export async function takeBackup({ dataDirectory, out, report, signal }: BackupOptions): Promise<Backup> {
  await using stack = new AsyncDisposableStack();
  const { url, isOurs } = await connectTo(dataDirectory, stack, { report, signal });
  report(isOurs ? 'Copying the database, which was started for that' : 'Copying the database, which goes on running');
  const unfinished = `${out}.unfinished`;
  await mkdir(unfinished, { mode: 0o700 });
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(unfinished, { recursive: true, force: true }));

  const copies = new FileCopies(unfinished);
  const consistentAt = await holdingBlobs(urlOf(url, { database: DATABASE }), async () => {
    await copyCluster(url, copies, clusterFolder);
    const at = new Date().toISOString();
    signal.throwIfAborted();
    report('Copying the original files');
    await copyBlobs(join(dataDirectory, 'blobs', 'sha256'), copies);
    return at;
  });
  for (const name of secretFiles) await copies.copy(join(dataDirectory, name), name);
  signal.throwIfAborted();
  const files = copies.digests;
  await writeManifest(unfinished, { format: 1, consistent_at: consistentAt, files });
  await rename(unfinished, out);
  cleanup.move();
  return { files: Object.keys(files).length, bytes: copies.bytes };
}

/** The server that runs on the data directory, or one that is started for the time of the backup. */
async function connectTo(
  dataDirectory: string,
  stack: AsyncDisposableStack,
  context: Pick<BackupOptions, 'report' | 'signal'>,
): Promise<{ url: string; isOurs: boolean }> {
  const directory = join(dataDirectory, 'postgres');
  const { postgres_superuser: password } = await loadSecrets(dataDirectory);
  const running = await urlOfRunningPostgres({ directory, password });
  if (running !== undefined) return { url: running, isOurs: false };
  stack.use(await openDataDirectory(dataDirectory, context));
  return { url: stack.use(await startEmbeddedPostgres({ directory, password })).url, isOurs: true };
}

async function copyBlobs(directory: string, copies: FileCopies): Promise<void> {
  await copies.copyAll(directory, join(blobFolder, 'sha256'));
  for (const [name, digest] of Object.entries(copies.digests)) {
    if (name.startsWith(`${blobFolder}/`) && basename(name) !== digest) throw new DamagedBlobError(name);
  }
}

/** A file of the data directory itself is damaged. The backup before this one may have it. */
export class DamagedBlobError extends Error {
  override readonly name = 'DamagedBlobError';

  constructor(name: string) {
    super(`${name} is not what its name says: the disk has damaged it. Put it back from an earlier backup first`);
  }
}
