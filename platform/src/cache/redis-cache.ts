import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { RedisConnection } from '../redis/connection.ts';

/** Proves that no invalidation has come since it was handed out. */
export type LeaseToken = string & { readonly brand: 'LeaseToken' };

/**
 * The operations on Redis that the cache protocol is made of. Each is atomic.
 *
 * Every method throws when Redis does not answer in time; the operation may then still take effect later, which the
 * protocol allows: a late fill is refused if its lease is gone, and a late invalidation does no harm.
 */
export interface CacheServer extends AsyncDisposable {
  /** Begins to connect and goes on trying. */
  connect(): void;
  /** The Redis process that answers now; undefined while there is none to rely on. */
  readonly runId: string | undefined;
  /** What is stored, or undefined. A key of another type than a string of bytes counts as undefined. */
  get(key: string): Promise<Buffer | undefined>;
  /** The key's live lease; makes one if there is none. All readers of a key share it until it is invalidated. */
  lease(key: string): Promise<LeaseToken>;
  /** Stores the value if the lease is still live. @returns whether it was stored */
  fill(key: string, lease: LeaseToken, value: Buffer, ttlMs: number): Promise<boolean>;
  /** Removes values and leases. */
  invalidate(keys: readonly string[]): Promise<void>;
}

/** Longer than any read of PostgreSQL may take; a fill that comes later is refused. */
const leaseTtlMs = 15_000;

const fillScript = `
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`;

/** The braces make key and lease share a slot of Redis Cluster. */
export function leaseKey(key: string): string {
  return `{${key}}:lease`;
}

/** A key that is about to be asked for. */
interface CollectedGet {
  stored: PromiseWithResolvers<Buffer | undefined>;
  /** Asks in the name of the first who wants to know. */
  inItsContext: <T>(ask: () => T) => T;
}

export class RedisCache implements CacheServer {
  readonly #redis: RedisConnection;
  #collected: Map<string, CollectedGet> | undefined;

  constructor(redis: RedisConnection) {
    this.#redis = redis;
  }

  connect(): void {
    this.#redis.connect();
  }

  get runId(): string | undefined {
    return this.#redis.runId;
  }

  /** Those who ask for the same key before anybody is asked share the answer: it is of a time after each of them asked. */
  get(key: string): Promise<Buffer | undefined> {
    const collected = this.#collected ?? this.#collect();
    let get = collected.get(key);
    if (!get) {
      get = { stored: Promise.withResolvers(), inItsContext: AsyncLocalStorage.snapshot() };
      collected.set(key, get);
    }
    return get.stored.promise;
  }

  async lease(key: string): Promise<LeaseToken> {
    const proposed = randomUUID() as string as LeaseToken;
    try {
      const live = await this.#redis.run((redis) => redis.set(leaseKey(key), proposed, 'PX', leaseTtlMs, 'NX', 'GET'));
      return live === null ? proposed : (live as LeaseToken);
    } catch (error) {
      if (!isWrongType(error)) throw error;
      // Garbage in the lease's place would keep the key from ever being filled.
      await this.#redis.run((redis) => redis.set(leaseKey(key), proposed, 'PX', leaseTtlMs));
      return proposed;
    }
  }

  async fill(key: string, lease: LeaseToken, value: Buffer, ttlMs: number): Promise<boolean> {
    const filled = await this.#redis.run((redis) => redis.eval(fillScript, 2, key, leaseKey(key), lease, value, ttlMs));
    return filled === 1;
  }

  async invalidate(keys: readonly string[]): Promise<void> {
    // One command per key: keys of different slots cannot share a command.
    await Promise.all(keys.map((key) => this.#redis.run((redis) => redis.del(key, leaseKey(key)))));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#redis[Symbol.asyncDispose]();
  }

  #collect(): Map<string, CollectedGet> {
    const collected = new Map<string, CollectedGet>();
    this.#collected = collected;
    process.nextTick(() => {
      this.#collected = undefined;
      void this.#ask(collected);
    });
    return collected;
  }

  async #ask(collected: ReadonlyMap<string, CollectedGet>): Promise<void> {
    const gets = [...collected.entries()];
    try {
      const answers = await this.#redis.run((redis) =>
        Promise.all(gets.map(([key, { inItsContext }]) => inItsContext(() => getString(redis, key)))),
      );
      for (const [index, [, { stored }]] of gets.entries()) stored.resolve(answers[index]);
    } catch (error) {
      for (const [, { stored }] of gets) stored.reject(error);
    }
  }
}

async function getString(redis: Redis, key: string): Promise<Buffer | undefined> {
  try {
    // GET in all but one thing: it counts as a write, so a primary that was made a replica refuses it.
    return (await redis.getexBuffer(key)) ?? undefined;
  } catch (error) {
    if (isWrongType(error)) return undefined;
    throw error;
  }
}

function isWrongType(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('WRONGTYPE');
}
