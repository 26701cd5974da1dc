import { freePort } from '@contract-reviewer/platform/embedded/free-port';
import { findRedisProgram, type RedisProgram } from '@contract-reviewer/platform/embedded/redis-program';
import { startRedisServer } from '@contract-reviewer/platform/embedded/redis-server';
import type { DataDirectory } from './data-directory.ts';
import { type InstallOptions, installRedis } from './install-redis.ts';
import { forEachName, type ProcessName, processNames } from './process-names.ts';
import type { Secrets } from './secrets.ts';
import type { StackSettings } from './settings.ts';
import { foreignStore, type Store } from './store.ts';
import { storeAccess } from './store-access.ts';
import { supervise } from './supervise.ts';

const MAX_MEMORY = '256mb';

/** Without Redis there are no URLs, and the system serves from PostgreSQL alone. */
type Redis = Store<Record<ProcessName, string> | undefined>;

/** The Redis that the settings name, or one of our own where the program is here or may be installed, or none. */
export async function openRedis(
  settings: StackSettings,
  data: DataDirectory,
  secrets: Secrets,
  options: InstallOptions,
): Promise<Redis> {
  if (settings.redisUrls !== undefined) return foreignStore('as set by REDIS_URL', settings.redisUrls);
  let lookup = await findRedisProgram(options.searchPath);
  if (!lookup.found && settings.installRedis) {
    options.report(`There is no Redis: ${lookup.reason}.`);
    await installRedis(options);
    lookup = await findRedisProgram(options.searchPath);
  }
  if (lookup.found) {
    options.report('Starting Redis');
    return await startRedis(lookup.program, data, secrets, options.report);
  }
  options.report(`There is no Redis: ${lookup.reason}. Serving from PostgreSQL alone; --install-redis installs it.`);
  return foreignStore('none, serving from PostgreSQL alone', undefined);
}

/** Keeps a server running, with a user for each process. */
async function startRedis(
  program: RedisProgram,
  data: DataDirectory,
  secrets: Secrets,
  report: (line: string) => void,
): Promise<Redis> {
  // Chosen once: a server that is started again must be found where the processes know it.
  const port = await freePort();
  const options = {
    program,
    directory: data.at('redis'),
    users: processNames.map((name) => ({ ...storeAccess[name].redis, password: secrets.redis_users[name] })),
    adminPassword: secrets.redis_admin,
    port,
    maxMemory: MAX_MEMORY,
  };
  const server = await supervise('Redis', () => startRedisServer(options), report);
  return {
    description: `127.0.0.1:${port}, ${program.path} ${program.version}`,
    urls: forEachName(processNames, (name) => server.current().url(storeAccess[name].redis.name)),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
