import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { leaseKey } from '../../src/cache/redis-cache.ts';
import { systemClock } from '../../src/clock.ts';
import { trustPeriodMs } from '../../src/trust-period.ts';
import { bookCodec, bookKey, bookTtlMs, Replica } from '../shelf/replica.ts';
import { createShelfDatabase, shelf, startShelfRedis } from '../shelf/shelf-stores.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let admin: Redis;
let replica: Replica;

beforeAll(async () => {
  const redis = stack.use(await startShelfRedis());
  const database = stack.use(await createShelfDatabase());
  admin = stack.adopt(new Redis(redis.url('admin')), (client) => client.disconnect());
  replica = stack.use(new Replica({ databaseUrl: database.url, redisUrl: redis.url(shelf.redis.name) }));
  await replica.warm();
});

describe('reads', () => {
  it('come from PostgreSQL once, and then from Redis', async () => {
    await replica.write('emma', 'Emma');
    expect(await replica.look('emma')).toEqual({ title: 'Emma', from: 'PostgreSQL' });
    expect(await replica.look('emma')).toEqual({ title: 'Emma', from: 'Redis' });
  });

  it('of Redis flushed at any time are misses that fill again', async () => {
    await replica.write('persuasion', 'Persuasion');
    await replica.look('persuasion');
    await admin.flushall();
    expect(await replica.look('persuasion')).toEqual({ title: 'Persuasion', from: 'PostgreSQL' });
    expect(await replica.look('persuasion')).toEqual({ title: 'Persuasion', from: 'Redis' });
  });

  it.each([
    ['garbage', (key: string) => admin.set(key, '\u0000{"epoch":')],
    ['a list', (key: string) => admin.multi().del(key).rpush(key, 'garbage').exec()],
    ['an entry of another epoch', (key: string) => alter(key, { epoch: 999 })],
    ['an entry of another version', (key: string) => alter(key, { version: 999 })],
    ['an entry of another shape', (key: string) => alter(key, { value: { name: 'Emma' } })],
  ])('take %s for a miss and heal it', async (_what, spoil) => {
    await replica.write('emma', 'Emma');
    await replica.look('emma');
    await spoil(bookKey('emma'));
    expect(await replica.look('emma')).toEqual({ title: 'Emma', from: 'PostgreSQL' });
    expect(await replica.look('emma')).toEqual({ title: 'Emma', from: 'Redis' });
  });

  async function alter(key: string, change: object) {
    await admin.set(key, JSON.stringify({ ...JSON.parse((await admin.get(key)) as string), ...change }));
  }

  it('say until when a conclusion holds: from when PostgreSQL was asked, or Redis was last found to be trusted', async () => {
    await replica.write('emma', 'Emma');
    const askedAt = systemClock.now();
    let loadedAt = askedAt;
    const fromPostgres = await replica.books.readLeased(bookKey('emma'), async () => {
      loadedAt = systemClock.now();
      await setTimeout(50);
      return replica.load('emma');
    });
    expect(fromPostgres.value).toMatchObject({ title: 'Emma' });
    expect(fromPostgres.until).toBeLessThanOrEqual(loadedAt + trustPeriodMs);
    expect(fromPostgres.until).toBeGreaterThanOrEqual(askedAt + trustPeriodMs);

    // The trust is renewed now and then, and no answer from Redis holds for longer than that.
    for (let read = 0; read < 20; read += 1) {
      await setTimeout(60);
      const fromRedis = await replica.books.readLeased(bookKey('emma'), () => Promise.reject(new Error('not there')));
      expect(fromRedis.until - systemClock.now()).toBeGreaterThan(0);
      expect(fromRedis.until - systemClock.now()).toBeLessThanOrEqual(trustPeriodMs);
    }
  });

  it('pass errors of PostgreSQL on and remember nothing of them', async () => {
    const failing = replica.books.read(bookKey('lost'), () => Promise.reject(new Error('PostgreSQL said no')));
    await expect(failing).rejects.toThrow('PostgreSQL said no');
    expect(await replica.look('lost')).toEqual({ title: undefined, from: 'PostgreSQL' });
  });
});

describe('a not-found', () => {
  it('is remembered for seconds, and gone as soon as the thing exists', async () => {
    expect(await replica.look('sanditon')).toEqual({ title: undefined, from: 'PostgreSQL' });
    expect(await replica.look('sanditon')).toEqual({ title: undefined, from: 'Redis' });
    const ttl = await admin.pttl(bookKey('sanditon'));
    expect(ttl).toBeGreaterThan(5_000);
    expect(ttl).toBeLessThanOrEqual(10_000);
    await replica.write('sanditon', 'Sanditon');
    expect(await replica.title('sanditon')).toBe('Sanditon');
  });
});

describe('an entry', () => {
  it('lives as long as its family says, less a few percent that differ from entry to entry', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `ttl-${index}`);
    await Promise.all(ids.map((id) => replica.write(id, id)));
    await Promise.all(ids.map((id) => replica.look(id)));
    const ttls = await Promise.all(ids.map((id) => admin.pttl(bookKey(id))));
    expect(Math.max(...ttls)).toBeLessThanOrEqual(bookTtlMs);
    expect(Math.min(...ttls)).toBeGreaterThan(bookTtlMs * 0.94);
    expect(Math.max(...ttls) - Math.min(...ttls)).toBeGreaterThan(bookTtlMs * 0.01);
  });

  it('is warm again soon after a write that asks for it', async () => {
    await replica.write('emma', 'Emma, revised');
    replica.books.refill(bookKey('emma'), () => replica.load('emma'));
    await vi.waitUntil(() => admin.exists(bookKey('emma')), { timeout: 10_000 });
    expect(await replica.look('emma')).toEqual({ title: 'Emma, revised', from: 'Redis' });
  });

  it('is filled anew four at a time; of more, the next read fills', async () => {
    const loaded = Promise.withResolvers<void>();
    let loads = 0;
    const ids = Array.from({ length: 20 }, (_, number) => `refilled-${number}`);
    for (const id of ids) {
      replica.books.refill(bookKey(id), async () => {
        loads += 1;
        await loaded.promise;
        return { title: id };
      });
    }
    await vi.waitUntil(() => loads === 4);
    loaded.resolve();
    await replica.cache.settled();
    expect(loads).toBe(4);
    expect(await admin.exists(...ids.map(bookKey))).toBe(4);
    replica.books.refill(bookKey('refilled-10'), async () => ({ title: 'after the others' }));
    await replica.cache.settled();
    expect(await admin.exists(...ids.map(bookKey))).toBe(5);
  });

  it('that is too large for Redis is served from PostgreSQL', async () => {
    const title = 'x'.repeat(4 * 1024 * 1024);
    await replica.write('large', title);
    for (const _ of [1, 2]) expect((await replica.look('large')).from).toBe('PostgreSQL');
    expect(await admin.exists(bookKey('large'))).toBe(0);
  });

  it('that its family does not want to keep is not kept', async () => {
    const drafts = replica.cache.family({ name: 'draft', ttlMs: bookTtlMs, codec: bookCodec, cacheable: () => false });
    const load = async () => ({ title: 'Draft' });
    expect(await drafts.read(bookKey('draft'), load)).toEqual({ title: 'Draft' });
    expect(await admin.exists(bookKey('draft'))).toBe(0);
  });

  it('is the only thing in Redis besides its lease', async () => {
    await replica.write('emma', 'Emma');
    await admin.flushall();
    await replica.look('emma');
    expect((await admin.keys('*')).sort()).toEqual([bookKey('emma'), leaseKey(bookKey('emma'))].sort());
  });
});

it('a popular key that expires costs two loads at most, however many readers come at once', async () => {
  await replica.write('popular', 'Popular');
  await replica.look('popular');
  const rounds = 5;
  const before = replica.loads;
  for (let round = 1; round <= rounds; round += 1) {
    await admin.del(bookKey('popular'));
    const titles = await Promise.all(Array.from({ length: 500 }, () => replica.title('popular')));
    expect(new Set(titles)).toEqual(new Set(['Popular']));
    expect(replica.loads - before).toBeLessThanOrEqual(2 * round);
  }
  // Who has waited for the first load mostly finds its value in Redis.
  expect(replica.loads - before).toBeLessThan(2 * rounds);
});
