import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { leaseKey, RedisCache } from '../../src/cache/redis-cache.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { shelf, silentLogger, startShelfRedis } from '../shelf/shelf-stores.ts';
import { interleavings } from './interleavings.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

const key = 'book:1';
let admin: Redis;
let cache: RedisCache;

beforeAll(async () => {
  const redis = stack.use(await startShelfRedis());
  admin = stack.adopt(new Redis(redis.url('admin')), (client) => client.disconnect());
  cache = stack.use(
    new RedisCache(
      // Its answers come when they come: what is tested is their order, on a machine that may be busy.
      new RedisConnection({ url: redis.url(shelf.redis.name), logger: silentLogger, commandTimeoutMs: 5000 }),
    ),
  );
  cache.connect();
  await vi.waitUntil(() => cache.runId !== undefined, { timeout: 10_000 });
});

beforeEach(() => admin.flushall());

describe('a fill', () => {
  it('stores under a live lease, for the given time', async () => {
    const lease = await cache.lease(key);
    expect(await cache.fill(key, lease, Buffer.from('value'), 60_000)).toBe(true);
    expect(String(await cache.get(key))).toBe('value');
    expect(await admin.pttl(key)).toBeGreaterThan(59_000);
    expect(await admin.pttl(leaseKey(key))).toBeGreaterThan(10_000);
  });

  it.each([
    ['invalidated', () => cache.invalidate([key])],
    ['evicted', () => admin.del(leaseKey(key))],
    ['flushed', () => admin.flushall()],
    ['replaced', () => admin.set(leaseKey(key), 'the lease of another reader')],
  ])('is refused when its lease was %s', async (_how, lose) => {
    const lease = await cache.lease(key);
    await lose();
    expect(await cache.fill(key, lease, Buffer.from('old'), 60_000)).toBe(false);
    expect(await cache.get(key)).toBeUndefined();
  });

  it('shares the lease with other readers until an invalidation', async () => {
    const first = await cache.lease(key);
    expect(await cache.lease(key)).toBe(first);
    await cache.invalidate([key]);
    expect(await cache.lease(key)).not.toBe(first);
  });

  it('replaces what is of another type', async () => {
    await admin.rpush(key, 'a', 'list');
    await admin.rpush(leaseKey(key), 'a', 'list');
    expect(await cache.get(key)).toBeUndefined();
    const lease = await cache.lease(key);
    expect(await cache.fill(key, lease, Buffer.from('value'), 60_000)).toBe(true);
    expect(String(await cache.get(key))).toBe('value');
  });
});

it('invalidates all keys with their leases', async () => {
  const keys = ['book:1', 'book:2', 'book:3'];
  for (const each of keys) await cache.fill(each, await cache.lease(each), Buffer.from('value'), 60_000);
  await cache.invalidate(keys);
  expect(await admin.keys('*')).toEqual([]);
});

describe('in every order of their steps, no read after an acknowledged write sees an older value:', () => {
  /** The value in PostgreSQL, what is acknowledged, and the readers and writers that race for the key. */
  function race() {
    let stored = 0;
    let acknowledged = 0;
    const reader = () => {
      let lease: Awaited<ReturnType<typeof cache.lease>>;
      let value: number;
      return [
        async () => (lease = await cache.lease(key)),
        async () => (value = stored),
        () => cache.fill(key, lease, Buffer.from(String(value)), 60_000),
      ];
    };
    const writer = () => {
      let written: number;
      return [
        async () => (written = stored += 1),
        async () => {
          await cache.invalidate([key]);
          acknowledged = Math.max(acknowledged, written);
        },
      ];
    };
    const check = async () => {
      const cached = await cache.get(key);
      if (cached !== undefined && Number(cached) < acknowledged) {
        throw new Error(`served ${cached} after ${acknowledged} was acknowledged`);
      }
    };
    return { reader, writer, check };
  }

  it.each([
    ['two fills and one write', 2, 1, 560],
    ['one fill and two writes', 1, 2, 210],
  ])('%s', async (_name, readers, writers, orders) => {
    let count = 0;
    for (const order of interleavings([...Array(readers).fill(3), ...Array(writers).fill(2)])) {
      await cache.invalidate([key]);
      const { reader, writer, check } = race();
      const actors = [...Array.from({ length: readers }, reader), ...Array.from({ length: writers }, writer)];
      for (const actor of order) {
        await actors[actor]?.shift()?.();
        await check();
      }
      count += 1;
    }
    expect(count).toBe(orders);
  });
});
