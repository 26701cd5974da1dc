import type { Logger } from '../log.ts';
import type { Database } from '../pg/database.ts';
import { RedisConnection } from '../redis/connection.ts';
import { CacheInspector, type KeyspaceCounts } from './cache-inspector.ts';
import type { CacheStatistics } from './cache-statistics.ts';
import type { CoherentCache } from './coherent-cache.ts';
import { type CheckedFamily, ConsistencyCheck } from './consistency-check.ts';
import { type ConsistencySample, ConsistencySampler } from './consistency-sampler.ts';
import { PgInvalidationLog } from './invalidation-log.ts';

export interface CacheReport {
  cache: CacheStatistics;
  /** Undefined while Redis cannot be asked. */
  keyspace: KeyspaceCounts | undefined;
  /** Undefined if there is no Redis. */
  sample: ConsistencySample | undefined;
}

/** Whoever looks waits longer than whoever is served: a value may be large, and nobody depends on the answer. */
const commandTimeoutMs = 5000;

/** Shows what a cache does, and whether it agrees with PostgreSQL. */
export class CacheObserver implements AsyncDisposable {
  readonly check: ConsistencyCheck;
  readonly #cache: CoherentCache;
  readonly #inspector: CacheInspector;
  readonly #sampler: ConsistencySampler;
  readonly #logger: Logger;

  constructor(cache: CoherentCache, inspector: CacheInspector, check: ConsistencyCheck, logger: Logger) {
    this.check = check;
    this.#cache = cache;
    this.#inspector = inspector;
    this.#sampler = new ConsistencySampler(inspector, check, logger);
    this.#logger = logger;
  }

  /** Connects, and begins to sample. */
  start(): void {
    this.#inspector.connect();
    this.#sampler.start();
  }

  /** What the cache has done since the process started. */
  statistics(): CacheStatistics {
    return this.#cache.statistics();
  }

  /** What the sampler has found since then. */
  get sample(): ConsistencySample {
    return this.#sampler.result;
  }

  async report(): Promise<CacheReport> {
    return { cache: this.statistics(), keyspace: await this.#keyspace(), sample: this.sample };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sampler[Symbol.asyncDispose]();
    await this.#inspector[Symbol.asyncDispose]();
  }

  async #keyspace(): Promise<KeyspaceCounts | undefined> {
    try {
      return await this.#inspector.keyspace();
    } catch (error) {
      this.#logger.debug({ err: error }, 'no statistics from Redis');
      return undefined;
    }
  }
}

export interface CacheObserverOptions {
  cache: CoherentCache | undefined;
  redisUrl: string | undefined;
  database: Database;
  schema: string;
  families: readonly CheckedFamily<unknown>[];
  logger: Logger;
}

/** An observer of the cache, unless there is no cache. Start it, and dispose of it before the cache. */
export function createCacheObserver(options: CacheObserverOptions): CacheObserver | undefined {
  const { cache, redisUrl, database, schema, families, logger } = options;
  if (!cache || redisUrl === undefined) return undefined;
  const inspector = new CacheInspector(new RedisConnection({ url: redisUrl, logger, commandTimeoutMs }));
  const check = new ConsistencyCheck(inspector, new PgInvalidationLog(database, schema), families);
  return new CacheObserver(cache, inspector, check, logger);
}
