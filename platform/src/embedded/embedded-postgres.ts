import { execFile } from 'node:child_process';
import { chown, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Account, unprivilegedAccount } from './account.ts';
import { freePort } from './free-port.ts';
import { type GuardedProcess, spawnGuarded } from './guarded-process.ts';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts';
import { isAlive, processesIn, waitUntil } from './processes.ts';
import { privateDirectory, storeDirectory } from './store-directory.ts';
import { StoreError } from './store-error.ts';

const run = promisify(execFile);

const HOST = '127.0.0.1';
const SUPERUSER = 'postgres';
/** Names the cluster's directory, because a server of another major version cannot read it. */
const MAJOR_VERSION = '18';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;

/** C.UTF-8 sorts the same on every machine and after every upgrade of the C library; macOS has no such locale. */
const LOCALE = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8';

export interface EmbeddedPostgresOptions {
  /** The cluster and its log live here; created when missing. */
  directory: string;
  /** The superuser's password. It is set when the cluster is created and must stay the same from then on. */
  password: string;
  /** Default: a free port. */
  port?: number;
  /** Server settings, as for `postgres -c`. */
  settings?: Readonly<Record<string, string>>;
}

/**
 * A PostgreSQL server of our own: on the loopback address alone, with passwords required of everybody.
 *
 * Stopping it is a fast shutdown: open transactions are rolled back, committed ones are on disk.
 */
export interface EmbeddedPostgres extends GuardedProcess, AsyncDisposable {
  /** Connects as superuser to the database `postgres`. */
  readonly url: string;
  readonly port: number;
}

/**
 * Starts PostgreSQL on a data directory, which is made on the first start.
 *
 * A server that a killed parent left on that directory is stopped first.
 *
 * @throws {StoreError} with the end of the server's log when it does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const account = await unprivilegedAccount(['postgres', 'nobody']);
  const [binaries, directory] = await Promise.all([
    postgresBinaries(account),
    storeDirectory(options.directory, account),
  ]);
  const cluster = clusterIn(directory);
  await stopStaleServer(cluster);
  if (!(await isInitialised(cluster))) await initialise(cluster, binaries, account, options);

  const port = options.port ?? (await freePort());
  const settings = { listen_addresses: HOST, port: String(port), unix_socket_directories: '', ...options.settings };
  const server = await spawnGuarded({
    command: binaries.postgres,
    args: ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: cluster,
    account,
    logFile: join(directory, 'postgres.log'),
    stopSignal: 'SIGINT',
    graceSeconds: STOP_TIMEOUT_MS / 1_000,
    env: { LC_ALL: LOCALE },
  });
  await waitUntilReady(server, cluster);

  return {
    ...server,
    url: urlAt(port, options.password),
    port,
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

/** @returns the URL, as superuser, of the server that runs on a data directory; undefined when there is none */
export async function urlOfRunningPostgres({
  directory,
  password,
}: Pick<EmbeddedPostgresOptions, 'directory' | 'password'>): Promise<string | undefined> {
  const path = clusterIn(directory);
  if (!(await isInitialised(path))) return undefined;
  const cluster = await realpath(path);
  const pidFile = await readPidFile(cluster);
  const isRunning = pidFile?.status === 'ready' && (await processesIn(cluster, 'postgres')).includes(pidFile.pid);
  return isRunning ? urlAt(pidFile.port, password) : undefined;
}

/** Where the cluster is below the directory that it is started with. */
export function clusterIn(directory: string): string {
  return join(directory, MAJOR_VERSION);
}

function urlAt(port: number, password: string): string {
  return `postgres://${SUPERUSER}:${encodeURIComponent(password)}@${HOST}:${port}/postgres`;
}

async function isInitialised(cluster: string): Promise<boolean> {
  try {
    await stat(join(cluster, 'PG_VERSION'));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function initialise(
  cluster: string,
  binaries: PostgresBinaries,
  account: Account | undefined,
  { password }: EmbeddedPostgresOptions,
): Promise<void> {
  // Under another name until it is whole: an interrupted initdb must not look like a cluster.
  const unfinished = `${cluster}.unfinished`;
  const passwordFile = `${cluster}.password`;
  await Promise.all([rm(unfinished, { recursive: true, force: true }), rm(passwordFile, { force: true })]);
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    if (account) await chown(passwordFile, account.uid, account.gid);
    await privateDirectory(unfinished, account);
    await run(
      binaries.initdb,
      [
        `--pgdata=${unfinished}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        `--locale=${LOCALE}`,
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
      ],
      {
        cwd: '/',
        env: { LC_ALL: LOCALE },
        ...(account && { uid: account.uid, gid: account.gid }),
      },
    );
  } finally {
    await rm(passwordFile);
  }
  await rename(unfinished, cluster);
}

/** The server says in its pid file when it accepts connections; `pg_ctl start --wait` reads the same line. */
async function waitUntilReady(server: GuardedProcess, cluster: string): Promise<void> {
  const ready = await waitUntil(async () => {
    if (server.exitReason() !== undefined) throw new StoreError(`PostgreSQL did not start:\n${await server.logTail()}`);
    const pidFile = await readPidFile(cluster);
    return pidFile?.pid === server.pid && pidFile.status === 'ready';
  }, START_TIMEOUT_MS);
  if (ready) return;
  await server.stop();
  throw new StoreError(`PostgreSQL was not ready within ${START_TIMEOUT_MS / 1_000} s:\n${await server.logTail()}`);
}

async function stopStaleServer(cluster: string): Promise<void> {
  const processes = () => processesIn(cluster, 'postgres');
  const pidFile = await readPidFile(cluster);
  const found = await processes();
  if (pidFile !== undefined && found.includes(pidFile.pid)) process.kill(pidFile.pid, 'SIGINT');
  // Backends whose postmaster was killed end by themselves, and until then a new server would refuse to start.
  const gone = await waitUntil(async () => (await processes()).length === 0, STOP_TIMEOUT_MS);
  if (!gone)
    throw new StoreError(
      `A PostgreSQL server that was left on ${cluster} does not stop: ${(await processes()).join(' ')}`,
    );
  // The id may belong to somebody else by now, and PostgreSQL would take them for a server on this directory.
  if (pidFile !== undefined && isAlive(pidFile.pid)) await rm(join(cluster, 'postmaster.pid'), { force: true });
}

/** Lines 1, 4 and 8 of `postmaster.pid` (PostgreSQL's `miscadmin.h`: LOCK_FILE_LINE_PID, _PORT, _PM_STATUS). */
async function readPidFile(cluster: string): Promise<{ pid: number; port: number; status: string } | undefined> {
  try {
    const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7]?.trim() ?? '' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
