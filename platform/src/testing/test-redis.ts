import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { RedisUser } from '../embedded/redis-acl.ts';
import { findRedisProgram } from '../embedded/redis-program.ts';
import { type RedisServer, startRedisServer } from '../embedded/redis-server.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** A Redis server for one test file, whose failures the test decides. */
export interface TestRedis extends AsyncDisposable {
  readonly port: number;
  /** The URL to connect with as `user`, or as `admin`, who may do everything. It holds over restarts. */
  url(user: string): string;
  /** The server is gone and connections are refused. */
  stop(): Promise<void>;
  /** The server is killed (SIGKILL), and with it all that was not saved. */
  crash(): Promise<void>;
  /**
   * A new server on the same port, with the same users: an empty one, unless a SAVE has left a dump to start from. Stops
   * the running one first.
   */
  restart(): Promise<void>;
  /** The server hangs: it takes connections and answers nothing (SIGSTOP). */
  pause(): void;
  /** Ends {@link pause}. */
  resume(): void;
}

/**
 * Starts Redis with the given users, whose passwords are made here.
 *
 * @param options.maxMemory above this the least recently used entries go
 * @throws Error when there is no Redis on the PATH.
 */
export async function startRedis(
  users: readonly Omit<RedisUser, 'password'>[],
  { maxMemory = '64mb' } = {},
): Promise<TestRedis> {
  const lookup = await findRedisProgram(process.env.PATH ?? '');
  if (!lookup.found) throw new Error(`These tests need Redis: ${lookup.reason}`);
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(await temporaryDirectory());
  const options = {
    program: lookup.program,
    directory: join(directory.path, 'redis'),
    users: users.map((user) => ({ ...user, password: randomPassword() })),
    adminPassword: randomPassword(),
    maxMemory,
  };
  let server: RedisServer = await startRedisServer(options);
  stack.defer(() => server.stop());
  const { port } = server;
  const acquired = stack.move();

  return {
    port,
    url: (user) => server.url(user),
    stop: () => server.stop(),
    crash: async () => {
      server.kill('SIGKILL');
      await server.exited;
    },
    restart: async () => {
      await server.stop();
      server = await startRedisServer({ ...options, port });
    },
    pause: () => server.kill('SIGSTOP'),
    resume: () => server.kill('SIGCONT'),
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}
