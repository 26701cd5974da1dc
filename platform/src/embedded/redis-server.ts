import { chown, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Redis } from 'ioredis';
import { type Account, unprivilegedAccount } from './account.ts';
import { freePort } from './free-port.ts';
import { type GuardedProcess, spawnGuarded } from './guarded-process.ts';
import { processesIn, waitUntil } from './processes.ts';
import { ADMIN_USER, aclFile, type RedisUser } from './redis-acl.ts';
import type { RedisProgram } from './redis-program.ts';
import { privateDirectory, storeDirectory } from './store-directory.ts';
import { StoreError } from './store-error.ts';

const HOST = '127.0.0.1';
const START_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 10_000;

export interface RedisServerOptions {
  program: RedisProgram;
  /** Its configuration, ACL file and log live here; created when missing. */
  directory: string;
  users: readonly RedisUser[];
  adminPassword: string;
  /** Default: a free port. */
  port?: number;
  /** Above this the least recently used entries go. In bytes, or with a unit, as in `256mb`. */
  maxMemory: string;
}

/** A Redis of our own: a cache on the loopback address that keeps nothing on disk and knows only the given users. */
export interface RedisServer extends GuardedProcess, AsyncDisposable {
  readonly port: number;
  /** The URL to connect with as `user`, or as the administrator. @throws Error when there is no such user. */
  url(user: string): string;
}

/**
 * Starts Redis as a cache.
 *
 * A server that a killed parent left on that directory is stopped first.
 *
 * @throws {StoreError} with the end of the server's log when it does not start.
 */
export async function startRedisServer(options: RedisServerOptions): Promise<RedisServer> {
  const { users, adminPassword } = options;
  const account = await unprivilegedAccount(['redis', 'valkey', 'nobody']);
  const directory = await storeDirectory(options.directory, account);
  const workingDirectory = await privateDirectory(join(directory, 'work'), account);
  await stopStaleServer(workingDirectory, options.program);

  const port = options.port ?? (await freePort());
  const configFile = await configure({ directory, workingDirectory, account, port }, options);
  const server = await spawnGuarded({
    command: options.program.path,
    args: [configFile],
    cwd: workingDirectory,
    account,
    logFile: join(directory, 'redis.log'),
    stopSignal: 'SIGTERM',
    graceSeconds: STOP_TIMEOUT_MS / 1_000,
    env: {},
  });
  const passwords = new Map([[ADMIN_USER, adminPassword], ...users.map((user) => [user.name, user.password] as const)]);
  const url = (user: string) => {
    const password = passwords.get(user);
    if (password === undefined) throw new Error(`Redis has no user ${user}, only ${[...passwords.keys()].join(', ')}`);
    return `redis://${user}:${encodeURIComponent(password)}@${HOST}:${port}`;
  };
  await waitUntilReady(server, url(ADMIN_USER));

  const stop = () => {
    // A stopped process acts on no other signal before it is continued.
    server.kill('SIGCONT');
    return server.stop();
  };
  return { ...server, port, url, stop, [Symbol.asyncDispose]: stop };
}

interface Placement {
  directory: string;
  workingDirectory: string;
  account: Account | undefined;
  port: number;
}

/** @returns the configuration file */
async function configure(
  placement: Placement,
  { users, adminPassword, maxMemory }: RedisServerOptions,
): Promise<string> {
  const { directory, workingDirectory, account, port } = placement;
  const configFile = join(directory, 'redis.conf');
  const usersFile = join(directory, 'users.acl');
  const config = [
    `bind ${HOST}`,
    `port ${port}`,
    `dir "${workingDirectory}"`,
    `aclfile "${usersFile}"`,
    // PostgreSQL has everything that is in here, so what a restart loses costs time alone.
    'save ""',
    'appendonly no',
    `maxmemory ${maxMemory}`,
    'maxmemory-policy allkeys-lru',
    'daemonize no',
  ];
  const files = { [configFile]: `${config.join('\n')}\n`, [usersFile]: aclFile(users, adminPassword) };
  for (const [file, text] of Object.entries(files)) {
    await writeFile(file, text, { mode: 0o600 });
    if (account) await chown(file, account.uid, account.gid);
  }
  return configFile;
}

async function waitUntilReady(server: GuardedProcess, adminUrl: string): Promise<void> {
  const ready = await waitUntil(async () => {
    if (server.exitReason() !== undefined) throw new StoreError(`Redis did not start:\n${await server.logTail()}`);
    return await answers(adminUrl);
  }, START_TIMEOUT_MS);
  if (ready) return;
  await server.stop();
  throw new StoreError(`Redis was not ready within ${START_TIMEOUT_MS / 1_000} s:\n${await server.logTail()}`);
}

/** Whether the server takes our password, so that it is ours and not another one on the same port. */
async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  // ioredis reports the refused connection here as well as to the caller of connect.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    // Not listening yet; the caller asks again until its time is up.
    return false;
  } finally {
    client.disconnect();
  }
}

async function stopStaleServer(directory: string, { path }: RedisProgram): Promise<void> {
  const processes = () => processesIn(directory, basename(path));
  for (const pid of await processes()) {
    process.kill(pid, 'SIGCONT');
    process.kill(pid, 'SIGTERM');
  }
  const gone = await waitUntil(async () => (await processes()).length === 0, STOP_TIMEOUT_MS);
  if (!gone)
    throw new StoreError(
      `A Redis server that was left on ${directory} does not stop: ${(await processes()).join(' ')}`,
    );
}
