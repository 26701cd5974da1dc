import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@contract-reviewer/platform/embedded/free-port';
import { findRedisProgram } from '@contract-reviewer/platform/embedded/redis-program';
import { type RedisServer, startRedisServer } from '@contract-reviewer/platform/embedded/redis-server';
import { Redis } from 'ioredis';
import { type ProcessName, processNames } from '../../stack/process-names.ts';
import type { Secrets } from '../../stack/secrets.ts';
import { StartError } from '../../stack/start-error.ts';
import { storeAccess } from '../../stack/store-access.ts';
import { Restartable } from './restartable.ts';

const MAX_MEMORY = '128mb';
const EVICTION = 'allkeys-lru';

/** The system's Redis, whose failures the run decides. */
export interface FaultyRedis extends AsyncDisposable {
  readonly port: number;
  readonly server: Restartable<RedisServer>;
  /** The URL of a process, through the given port. */
  urlFor(name: ProcessName, port: number): string;
  /** Writes a dump, from which a later start restores. */
  save(): Promise<void>;
  /** The next start is an empty one. */
  forgetDump(): Promise<void>;
  /** Runs commands as the administrator, who may do everything. */
  administer<T>(commands: (redis: Redis) => Promise<T>): Promise<T>;
  /** Undoes the settings that faults make. */
  resetSettings(): Promise<void>;
}

/** @throws {StartError} when there is no Redis on the PATH */
export async function startFaultyRedis(directory: string, secrets: Secrets): Promise<FaultyRedis> {
  const lookup = await findRedisProgram(process.env.PATH ?? '');
  if (!lookup.found) throw new StartError(`This needs Redis: ${lookup.reason}`);
  const port = await freePort();
  const options = {
    program: lookup.program,
    directory,
    users: processNames.map((name) => ({ ...storeAccess[name].redis, password: secrets.redis_users[name] })),
    adminPassword: secrets.redis_admin,
    port,
    maxMemory: MAX_MEMORY,
  };
  const server = await Restartable.start('redis', () => startRedisServer(options));

  const administer = async <T>(commands: (redis: Redis) => Promise<T>): Promise<T> => {
    const redis = new Redis(server.current.url('admin'), { lazyConnect: true, maxRetriesPerRequest: 0 });
    // The command that fails reports it.
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      return await commands(redis);
    } finally {
      redis.disconnect();
    }
  };
  const [, workingDirectory = ''] = await administer((redis) => redis.config('GET', 'dir'));
  return {
    port,
    server,
    urlFor: (name, through) => server.current.url(storeAccess[name].redis.name).replace(`:${port}`, `:${through}`),
    save: async () => {
      await administer((redis) => redis.save());
    },
    forgetDump: () => rm(join(workingDirectory, 'dump.rdb'), { force: true }),
    administer,
    resetSettings: () =>
      administer(async (redis) => {
        await redis.config('SET', 'maxmemory', MAX_MEMORY, 'maxmemory-policy', EVICTION, 'min-replicas-to-write', '0');
      }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
