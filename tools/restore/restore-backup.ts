import { chown, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, unprivilegedAccount } from '@contract-reviewer/platform/embedded/account';
import { clusterIn, startEmbeddedPostgres } from '@contract-reviewer/platform/embedded/embedded-postgres';
import { urlOf } from '@contract-reviewer/platform/embedded/provision';
import { storeDirectory } from '@contract-reviewer/platform/embedded/store-directory';
import { withClient } from '@contract-reviewer/platform/embedded/with-client';
import { FileCopies } from '../backup/file-copies.ts';
import { forEachAtOnce } from '../backup/for-each-at-once.ts';
import { blobFolder, clusterFolder, secretFiles, verifiedManifest } from '../backup/manifest.ts';
import { openDataDirectory } from '../stack/data-directory.ts';
import { DATABASE } from '../stack/postgres.ts';
import { loadSecrets } from '../stack/secrets.ts';
import { StartError } from '../stack/start-error.ts';

export interface RestoreOptions {
  /** Of the backup. */
  from: string;
  /** Is not there yet, or empty. */
  dataDirectory: string;
  report: (line: string) => void;
  signal: AbortSignal;
}

/**
 * Makes a data directory from a backup, whose files are all read and compared with their digests first.
 *
 * @returns when the database was as it is now
 * @throws {DamagedBackupError} @throws {StartError} when there is something in the data directory
 */
export async function restoreBackup({ from, dataDirectory, report, signal }: RestoreOptions): Promise<Date> {
  await mkdir(dataDirectory, { recursive: true });
  if ((await readdir(dataDirectory)).length > 0) {
    throw new StartError(`${dataDirectory} is not empty: move what is in it elsewhere, or set DATA_DIR`);
  }
  report('Reading the backup');
  const manifest = await verifiedManifest(from);
  signal.throwIfAborted();

  await using unfinished = new AsyncDisposableStack();
  unfinished.defer(() => emptied(dataDirectory));
  await using data = await openDataDirectory(dataDirectory, { report, signal });
  report('Copying');
  const copies = new FileCopies(data.path);
  for (const name of secretFiles) await copies.copy(join(from, name), name);
  if (manifestHas(manifest.files, blobFolder)) await copies.copyAll(join(from, blobFolder), blobFolder);
  signal.throwIfAborted();
  await restoreCluster(join(from, clusterFolder), data.at('postgres'));

  report('Starting PostgreSQL once, to see that it can, and to end all sessions');
  const { postgres_superuser: password } = await loadSecrets(data.path);
  await using server = await startEmbeddedPostgres({ directory: data.at('postgres'), password });
  const afterRestore = await readFile(new URL('./after-restore.sql', import.meta.url), 'utf8');
  await withClient(urlOf(server.url, { database: DATABASE }), (client) => client.query(afterRestore));
  unfinished.move();
  return new Date(manifest.consistent_at);
}

/** Copies the cluster to where a server is started from, as the account that the server runs as. */
async function restoreCluster(from: string, to: string): Promise<void> {
  const account = await unprivilegedAccount(['postgres', 'nobody']);
  const cluster = clusterIn(await storeDirectory(to, account));
  await mkdir(cluster, { mode: 0o700 });
  await new FileCopies(cluster).copyAll(from, '.');
  if (account) await giveTo(account, cluster);
}

async function giveTo({ uid, gid }: Account, directory: string): Promise<void> {
  const paths = await readdir(directory, { recursive: true });
  await forEachAtOnce(['.', ...paths], (path) => chown(join(directory, path), uid, gid));
}

function manifestHas(files: Readonly<Record<string, string>>, folder: string): boolean {
  return Object.keys(files).some((name) => name.startsWith(`${folder}/`));
}

async function emptied(directory: string): Promise<void> {
  for (const name of await readdir(directory)) await rm(join(directory, name), { recursive: true, force: true });
}
