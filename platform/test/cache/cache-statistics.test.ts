import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { leaseKey } from '../../src/cache/redis-cache.ts';
import { bookKey, Replica } from '../shelf/replica.ts';
import { createShelfDatabase, shelf, startShelfRedis } from '../shelf/shelf-stores.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let redis: Awaited<ReturnType<typeof startShelfRedis>>;
let admin: Redis;
let databaseUrl: string;
let replica: Replica;

beforeAll(async () => {
  redis = stack.use(await startShelfRedis());
  databaseUrl = stack.use(await createShelfDatabase()).url;
  admin = stack.adopt(new Redis(redis.url('admin')), (client) => client.disconnect());
  admin.on('error', () => undefined);
  replica = stack.use(new Replica({ databaseUrl, redisUrl: redis.url(shelf.redis.name) }));
  await replica.warm();
});

function counts() {
  const [family] = replica.cache.statistics().families;
  if (!family) throw new Error('no family');
  return family;
}

/** By how much the counters rise while something is done. */
async function rise(act: () => Promise<unknown>) {
  const before = counts();
  await act();
  await replica.cache.settled();
  const { hits, misses, fills, refusedFills, heals, errors } = counts();
  return {
    hits: hits - before.hits,
    misses: misses - before.misses,
    fills: fills - before.fills,
    refusedFills: refusedFills - before.refusedFills,
    heals: heals - before.heals,
    errors: errors - before.errors,
  };
}

const nothing = { hits: 0, misses: 0, fills: 0, refusedFills: 0, heals: 0, errors: 0 };

it('a first read is a miss and a fill, the next one a hit', async () => {
  await replica.write('emma', 'Emma');
  expect(await rise(() => replica.title('emma'))).toEqual({ ...nothing, misses: 1, fills: 1 });
  expect(await rise(() => replica.title('emma'))).toEqual({ ...nothing, hits: 1 });
});

it('a fill that met a write is counted as refused', async () => {
  await admin.del(bookKey('emma'), leaseKey(bookKey('emma')));
  const slowRead = () => replica.title('emma', () => replica.write('emma', 'Emma, revised'));
  expect(await rise(slowRead)).toEqual({ ...nothing, misses: 1, refusedFills: 1 });
});

it.each([
  ['garbage', 'garbage'],
  ['an entry of another version of the code', undefined],
])('%s that is replaced is counted as healed', async (_what, text) => {
  await replica.look('emma');
  const entry = JSON.parse((await admin.get(bookKey('emma'))) as string);
  await admin.set(bookKey('emma'), text ?? JSON.stringify({ ...entry, version: 999 }));
  expect(await rise(() => replica.title('emma'))).toEqual({ ...nothing, misses: 1, fills: 1, heals: 1 });
});

it('each operation tells how often it was done and how long it took', async () => {
  for (const operation of ['get', 'lease', 'load', 'fill']) {
    const latency = counts().latencies.find((candidate) => candidate.operation === operation);
    expect(latency).toMatchObject({ count: expect.any(Number) });
    expect(latency?.totalMs).toBeGreaterThan(0);
    expect(latency?.maxMs).toBeLessThanOrEqual(latency?.totalMs as number);
  }
});

describe('fills that Redis is slow to take', () => {
  /** Reads of all of them, of which none goes on to its fill before all have been loaded and Redis hangs. */
  function readsIntoHangingRedis(ids: readonly string[]): Promise<unknown>[] {
    const allLoaded = Promise.withResolvers<void>();
    let loaded = 0;
    return ids.map((id) =>
      replica.title(id, () => {
        loaded += 1;
        if (loaded === ids.length) {
          redis.pause();
          allLoaded.resolve();
        }
        return allLoaded.promise;
      }),
    );
  }

  it('keep no reader waiting', async () => {
    await replica.write('persuasion', 'Persuasion');
    await replica.warm();
    const errorsBefore = counts().errors;
    try {
      expect(await Promise.all(readsIntoHangingRedis(['persuasion']))).toEqual(['Persuasion']);
      expect(counts().errors).toBe(errorsBefore);
      await replica.cache.settled();
      expect(counts().errors).toBe(errorsBefore + 1);
    } finally {
      redis.resume();
    }
  });

  it('are 16 MB at most; the readers of more wait for theirs', async () => {
    const ids = Array.from({ length: 6 }, (_, number) => `large-${number}`);
    await Promise.all(ids.map((id) => replica.write(id, id.repeat(400_000))));
    await replica.warm();
    const errorsBefore = counts().errors;
    let answeredAtOnce = 0;
    try {
      const reads = readsIntoHangingRedis(ids).map(async (read) => {
        await read;
        if (counts().errors === errorsBefore) answeredAtOnce += 1;
      });
      await Promise.all(reads);
      expect(answeredAtOnce).toBe(5);
    } finally {
      redis.resume();
    }
  });
});

it('a Redis that hangs is counted as errors, then shows as down and not trusted until it is back', async () => {
  await replica.warm();
  expect(replica.cache.statistics()).toMatchObject({ connection: 'up', trusted: true });
  redis.pause();
  try {
    const { errors } = await rise(async () => {
      while (replica.cache.statistics().connection === 'up') await replica.title('emma');
    });
    expect(errors).toBeGreaterThanOrEqual(3);
    expect(replica.cache.statistics()).toMatchObject({ connection: 'down', trusted: false });
    expect(await rise(() => replica.title('emma'))).toEqual({ ...nothing, misses: 1 });
  } finally {
    redis.resume();
  }
  await vi.waitUntil(() => replica.cache.statistics().connection === 'up', { timeout: 10_000 });
});
