import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TestDatabase } from '../../src/testing/test-database.ts';
import type { TestRedis } from '../../src/testing/test-redis.ts';
import { bookKey, Replica } from '../shelf/replica.ts';
import { createShelfDatabase, shelf, startShelfRedis } from '../shelf/shelf-stores.ts';
import { startTcpProxy, type TcpProxy, through } from '../tcp-proxy.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

/** Trust lease and margin: what a writer waits that cannot deliver. */
const refutedAfterMs = 1050;
let database: TestDatabase;
let redis: TestRedis;

beforeAll(async () => {
  redis = stack.use(await startShelfRedis());
  database = stack.use(await createShelfDatabase());
});

async function open(redisUrl = redis.url(shelf.redis.name)): Promise<Replica> {
  const replica = new Replica({ databaseUrl: database.url, redisUrl });
  await replica.warm();
  return replica;
}

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

describe('while Redis is away', () => {
  const outages: [string, (network: TcpProxy) => Promise<void>, (network: TcpProxy) => Promise<void>][] = [
    ['stopped', () => redis.stop(), () => redis.restart()],
    ['hanging', async () => redis.pause(), async () => redis.resume()],
    ['cut off', async (network) => network.cut(), async (network) => network.restore()],
    [
      'behind a network that swallows everything',
      async (network) => network.swallow(),
      async (network) => network.restore(),
    ],
  ];

  it.each(outages)(
    '(%s) reads fall through within a bounded delay, and are cached again once it is back',
    async (_how, begin, end) => {
      await using network = await startTcpProxy(redis.port);
      await using replica = await open(through(network, redis.url(shelf.redis.name)));
      await replica.write('emma', 'Emma');
      await replica.look('emma');

      await begin(network);
      for (let read = 0; read < 5; read += 1) {
        expect(await elapsed(() => replica.title('emma'))).toBeLessThan(500);
      }
      // By now the connection is given up, and no read waits for it.
      expect(await elapsed(() => replica.look('emma'))).toBeLessThan(50);
      expect(await elapsed(() => replica.write('emma', 'Emma, during the outage'))).toBeGreaterThan(refutedAfterMs);
      expect(await replica.look('emma')).toEqual({ title: 'Emma, during the outage', from: 'PostgreSQL' });

      await end(network);
      expect(await replica.title('emma')).toBe('Emma, during the outage');
      await replica.warm();
      expect((await replica.look('emma')).title).toBe('Emma, during the outage');
      expect(await replica.look('emma')).toEqual({ title: 'Emma, during the outage', from: 'Redis' });
    },
  );
});

describe('a writer that cannot reach Redis', () => {
  it('acknowledges only when another replica, which still reaches it, serves the new value', async () => {
    await using network = await startTcpProxy(redis.port);
    await using cutOff = await open(through(network, redis.url(shelf.redis.name)));
    await using other = await open();
    for (const round of ['one', 'two', 'three']) {
      await other.write('shared', `before ${round}`);
      await other.title('shared');
      expect(await other.look('shared')).toEqual({ title: `before ${round}`, from: 'Redis' });

      network.cut();
      let isAcknowledged = false;
      const write = cutOff.write('shared', `after ${round}`).then(() => {
        isAcknowledged = true;
      });
      // Under steady load the other replica's trust never runs out by itself.
      while (!isAcknowledged) await other.title('shared');
      expect(await other.title('shared')).toBe(`after ${round}`);
      await write;
      network.restore();
      await vi.waitUntil(async () => (await cutOff.look('shared')).from === 'Redis', { timeout: 5000 });
    }
  });

  it('leaves a mark that whoever reaches Redis delivers', async () => {
    await using network = await startTcpProxy(redis.port);
    await using cutOff = await open(through(network, redis.url(shelf.redis.name)));
    await using other = await open();
    await other.write('marked', 'before');
    await other.title('marked');
    network.cut();
    await cutOff.write('marked', 'after');
    await vi.waitUntil(async () => (await other.database.query('SELECT FROM shelf.cache_invalidations')).length === 0, {
      timeout: 5000,
    });
    await other.title('marked');
    expect(await other.look('marked')).toEqual({ title: 'after', from: 'Redis' });
  });
});

describe('a Redis that answers but does not do what it is told', () => {
  async function withAdmin<T>(server: TestRedis, work: (admin: Redis) => Promise<T>): Promise<T> {
    const admin = new Redis(server.url('admin'));
    try {
      return await work(admin);
    } finally {
      admin.disconnect();
    }
  }

  it('because it is full still forgets at once what a write made stale, and what it cannot store comes from PostgreSQL', async () => {
    await using replica = await open();
    await replica.write('full', 'before');
    await replica.look('full');
    await withAdmin(redis, (admin) => admin.config('SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction'));
    try {
      expect(await replica.look('full')).toEqual({ title: 'before', from: 'Redis' });
      expect(await elapsed(() => replica.write('full', 'after'))).toBeLessThan(500);
      for (const _ of [1, 2]) expect(await replica.look('full')).toEqual({ title: 'after', from: 'PostgreSQL' });
    } finally {
      await withAdmin(redis, (admin) => admin.config('SET', 'maxmemory', '64mb', 'maxmemory-policy', 'allkeys-lru'));
    }
    await replica.title('full');
    expect(await replica.look('full')).toEqual({ title: 'after', from: 'Redis' });
  });

  it('because it refuses all writes makes writers wait, and nobody reads what they could not remove', async () => {
    await using replica = await open();
    await replica.write('refused', 'before');
    await replica.look('refused');
    await withAdmin(redis, (admin) => admin.config('SET', 'min-replicas-to-write', '1'));
    try {
      const ms = await elapsed(() => replica.write('refused', 'after'));
      expect(ms).toBeGreaterThan(refutedAfterMs);
      expect(ms).toBeLessThan(refutedAfterMs + 1000);
      expect(await withAdmin(redis, (admin) => admin.get(bookKey('refused')))).toContain('before');
      for (const _ of [1, 2]) expect(await replica.look('refused')).toEqual({ title: 'after', from: 'PostgreSQL' });
    } finally {
      await withAdmin(redis, (admin) => admin.config('SET', 'min-replicas-to-write', '0'));
    }
    await vi.waitUntil(async () => (await replica.look('refused')).from === 'Redis', { timeout: 5000, interval: 20 });
    expect(await replica.title('refused')).toBe('after');
  });

  it('because it was made a replica of one with older data is not read, although it is the same process', async () => {
    await using older = await startShelfRedis();
    await using replica = await open();
    await replica.write('demoted', 'before');
    await replica.look('demoted');
    const past = await withAdmin(redis, (admin) => admin.dumpBuffer(bookKey('demoted')));
    await withAdmin(older, (admin) => admin.restore(bookKey('demoted'), 60_000, past));
    await replica.write('demoted', 'after');
    await replica.look('demoted');
    expect(await replica.look('demoted')).toEqual({ title: 'after', from: 'Redis' });

    const { username, password } = new URL(older.url('admin'));
    await withAdmin(older, (admin) => admin.config('SET', 'repl-diskless-sync-delay', '0'));
    await withAdmin(redis, async (admin) => {
      await admin.config('SET', 'masteruser', username, 'masterauth', password);
      await admin.replicaof('127.0.0.1', older.port);
      await vi.waitUntil(async () => (await admin.get(bookKey('demoted')))?.includes('before'), { timeout: 10_000 });
    });
    for (const _ of [1, 2, 3]) {
      expect(await replica.look('demoted')).toEqual({ title: 'after', from: 'PostgreSQL' });
    }
    const ms = await elapsed(() => replica.write('demoted', 'since'));
    expect(ms).toBeGreaterThan(refutedAfterMs);
    expect(ms).toBeLessThan(refutedAfterMs + 1000);
    expect(await replica.look('demoted')).toEqual({ title: 'since', from: 'PostgreSQL' });
  });
});
