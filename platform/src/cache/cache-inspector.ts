import { unavailable } from '../errors.ts';
import type { RedisConnection } from '../redis/connection.ts';
import { leaseKey, RedisCache } from './redis-cache.ts';

/** What Redis holds under a key, and the key's lease, of one moment. */
export interface Observation {
  kind: 'absent' | 'text' | 'not_text';
  /** Set if it is text. */
  text?: string;
  lease?: string;
}

/** What Redis itself counts, over all keys of all its users, since it started. */
export interface KeyspaceCounts {
  hits: number;
  misses: number;
}

const scanCount = 1000;

const observeScript = `
local kind = redis.call('TYPE', KEYS[1]).ok
local lease = redis.pcall('GET', KEYS[2])
if type(lease) == 'table' then lease = false end
return {kind, kind == 'string' and redis.call('GET', KEYS[1]), lease}`;

/**
 * Looks at what the cache holds, without serving anybody. It has a connection of its own, so that a long look neither
 * delays those who are served nor counts as a Redis that hangs.
 *
 * Every method throws {StatusError} UNAVAILABLE when Redis does not answer.
 */
export class CacheInspector implements AsyncDisposable {
  readonly #redis: RedisConnection;
  readonly #cache: RedisCache;

  constructor(redis: RedisConnection) {
    this.#redis = redis;
    this.#cache = new RedisCache(redis);
  }

  connect(): void {
    this.#redis.connect();
  }

  /** The Redis process that answers; undefined while none does. */
  get runId(): string | undefined {
    return this.#redis.runId;
  }

  /** The keys that begin with `prefix`, some at a time. A key may come twice if others come and go meanwhile. */
  async *keys(prefix: string): AsyncGenerator<string[]> {
    let cursor = '0';
    do {
      const [next, keys] = await this.#run((redis) => redis.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', scanCount));
      yield keys;
      cursor = next;
    } while (cursor !== '0');
  }

  /** Some key, of anybody; undefined if there is none. */
  async randomKey(): Promise<string | undefined> {
    return (await this.#run((redis) => redis.randomkey())) ?? undefined;
  }

  async observe(key: string): Promise<Observation> {
    const [type, text, lease] = (await this.#run((redis) => redis.eval(observeScript, 2, key, leaseKey(key)))) as [
      string,
      string | null,
      string | null,
    ];
    return {
      kind: type === 'none' ? 'absent' : type === 'string' ? 'text' : 'not_text',
      ...(text === null ? {} : { text }),
      ...(lease === null ? {} : { lease }),
    };
  }

  /** Removes values and leases, as a write would. */
  async invalidate(keys: readonly string[]): Promise<void> {
    await asUnavailable(this.#cache.invalidate(keys));
  }

  async keyspace(): Promise<KeyspaceCounts> {
    const info = await this.#run((redis) => redis.info('stats'));
    const count = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
    return { hits: count('keyspace_hits'), misses: count('keyspace_misses') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cache[Symbol.asyncDispose]();
  }

  #run: RedisConnection['run'] = (command) => asUnavailable(this.#redis.run(command));
}

async function asUnavailable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw unavailable('Redis cannot be asked at the moment.', error);
  }
}
