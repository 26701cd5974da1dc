import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CacheInspector } from '../../src/cache/cache-inspector.ts';
import { ConsistencyCheck, type ConsistencyEvent } from '../../src/cache/consistency-check.ts';
import { ConsistencySampler } from '../../src/cache/consistency-sampler.ts';
import { PgInvalidationLog } from '../../src/cache/invalidation-log.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import type { TestRedis } from '../../src/testing/test-redis.ts';
import { checkedShelf, firstKey, unreadKey } from '../shelf/checked-shelf.ts';
import { bookKey, Replica } from '../shelf/replica.ts';
import { createShelfDatabase, shelf, silentLogger, startShelfRedis } from '../shelf/shelf-stores.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let redis: TestRedis;
let admin: Redis;
let replica: Replica;
let inspector: CacheInspector;
let log: PgInvalidationLog;
let check: ConsistencyCheck;

beforeAll(async () => {
  redis = stack.use(await startShelfRedis());
  const database = stack.use(await createShelfDatabase());
  admin = stack.adopt(new Redis(redis.url('admin')), (client) => client.disconnect());
  const redisUrl = redis.url(shelf.redis.name);
  replica = stack.use(new Replica({ databaseUrl: database.url, redisUrl }));
  inspector = stack.use(
    new CacheInspector(new RedisConnection({ url: redisUrl, logger: silentLogger, commandTimeoutMs: 5000 })),
  );
  inspector.connect();
  log = new PgInvalidationLog(replica.database, shelf.schema);
  check = new ConsistencyCheck(inspector, log, checkedShelf(replica.database));
  await replica.warm();
});

beforeEach(async () => {
  await admin.flushall();
});

async function run(options: { family?: string; repair?: boolean; signal?: AbortSignal } = {}) {
  const events: ConsistencyEvent[] = [];
  const complete = { repair: false, signal: new AbortController().signal, ...options };
  for await (const event of check.run(complete)) events.push(event);
  return {
    findings: events.flatMap((event) => (event.kind === 'finding' ? [`${event.fault} ${event.key}`] : [])).sort(),
    counts: events.flatMap((event) => (event.kind === 'counts' ? [event] : [])),
  };
}

async function epoch(): Promise<number> {
  return (await log.check()).epoch;
}

async function plant(key: string, value: unknown, change: object = {}): Promise<void> {
  await admin.set(key, JSON.stringify({ epoch: await epoch(), version: 1, value, ...change }));
}

async function shelve(count: number, name = 'sound'): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `${name}-${index}`);
  await replica.database.query(
    'INSERT INTO shelf.books (id, title) SELECT id, id FROM unnest($1::text[]) AS id ON CONFLICT DO NOTHING',
    [ids],
  );
  await Promise.all(ids.map((id) => replica.title(id)));
  return ids;
}

const perClass = 50;

async function plantFaults(): Promise<string[]> {
  const wrong = await shelve(perClass, 'wrong');
  const planted: string[] = [];
  for (const [index, id] of wrong.entries()) {
    await plant(bookKey(id), { title: 'an older title' });
    await plant(bookKey(`gone-${index}`), { title: 'gone' });
    await plant(`${firstKey}${index}`, 'persuasion');
    planted.push(`stale ${bookKey(id)}`, `orphaned ${bookKey(`gone-${index}`)}`, `dangling ${firstKey}${index}`);
    const garbage = index % 2 === 0 ? bookKey(`garbage-${index}`) : bookKey(`no key ${index}`);
    if (index % 4 === 0) await admin.rpush(garbage, 'a list');
    else await admin.set(garbage, index % 4 === 2 ? '{"epoch":' : 'anything');
    planted.push(`undecodable ${garbage}`);
  }
  return planted.sort();
}

describe('a consistency check', () => {
  it('finds each planted fault of each class and nothing else, and changes nothing', async () => {
    await shelve(500);
    const planted = await plantFaults();
    const before = (await admin.keys('*')).sort();
    const { findings, counts } = await run();
    expect(findings).toEqual(planted);
    expect(counts).toEqual([
      expect.objectContaining({ family: 'book', checked: 650, stale: 50, orphaned: 50, undecodable: 50, repaired: 0 }),
      expect.objectContaining({ family: 'first', checked: 50, dangling: 50, repaired: 0 }),
    ]);
    expect((await admin.keys('*')).sort()).toEqual(before);
  });

  it('removes what it found if it is to repair, and a second run finds nothing', async () => {
    await shelve(100);
    const planted = await plantFaults();
    expect((await run({ repair: true })).findings).toEqual(planted);
    const { findings, counts } = await run();
    expect(findings).toEqual([]);
    expect(counts.find(({ family }) => family === 'book')?.checked).toBe(100);
  });

  it('looks at one family if told to', async () => {
    await plantFaults();
    const { findings, counts } = await run({ family: 'first' });
    expect(findings).toHaveLength(perClass);
    expect(counts.map(({ family }) => family)).toEqual(['first']);
  });

  it('counts what nobody reads any more as left over: other epochs, other versions, keys without readers', async () => {
    await plant(bookKey('a'), { title: 'a' }, { epoch: 999_999 });
    await plant(bookKey('b'), { title: 'b' }, { version: 999 });
    await plant(unreadKey, { title: 'unread' });
    const { findings, counts } = await run({ family: 'book' });
    expect(findings).toEqual([]);
    expect(counts).toEqual([expect.objectContaining({ checked: 0, leftovers: 3 })]);
  });

  it('takes a remembered not-found for right as long as there is nothing', async () => {
    await replica.look('nothing');
    expect((await run()).findings).toEqual([]);
    await replica.database.query(`INSERT INTO shelf.books (id, title) VALUES ('nothing', 'Something')`);
    expect((await run()).findings).toEqual([`stale ${bookKey('nothing')}`]);
  });

  it('raises no false alarm while writers and readers go on, also when values come back', async () => {
    const ids = await shelve(30, 'busy');
    const stop = new AbortController();
    const change = async (id: string) => {
      for (let turn = 0; !stop.signal.aborted; turn += 1) {
        if (turn % 5 === 4) await replica.remove(id);
        else await replica.write(id, turn % 2 === 0 ? 'even' : 'odd');
        await replica.title(id);
      }
    };
    const writers = ids.map(change);
    try {
      for (let round = 0; round < 40; round += 1) expect((await run()).findings).toEqual([]);
    } finally {
      stop.abort();
      await Promise.all(writers);
    }
  });

  it('does not report an entry whose invalidation is on its way', async () => {
    await shelve(1, 'late');
    await replica.database.query(`UPDATE shelf.books SET title = 'new' WHERE id = 'late-0'`);
    expect((await run()).findings).toEqual([`stale ${bookKey('late-0')}`]);
    await replica.database.query('INSERT INTO shelf.cache_invalidations (id, keys) VALUES (gen_random_uuid(), $1)', [
      [bookKey('late-0')],
    ]);
    expect((await run()).findings).toEqual([]);
  });

  it('does not report an entry that was replaced by its like while its row was read', async () => {
    const settled = async () => (await log.pendingAmong([bookKey('swaying-0')])).size === 0;
    await shelve(1, 'swaying');
    const [books] = checkedShelf(replica.database);
    if (!books) throw new Error('no family');
    const swaying: typeof books = {
      ...books,
      load: async (keys) => {
        await replica.write('swaying-0', 'another title');
        const truths = await books.load(keys);
        await replica.write('swaying-0', 'swaying-0');
        await replica.title('swaying-0');
        await vi.waitUntil(settled, { timeout: 10_000 });
        return truths;
      },
    };
    const { checked, findings } = await new ConsistencyCheck(inspector, log, [swaying]).examine([bookKey('swaying-0')]);
    expect(checked).toBe(1);
    expect(findings).toEqual([]);
  });

  it('ends when it is told to', async () => {
    await shelve(10);
    const reason = new Error('enough');
    await expect(run({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

it('a sample tells how many entries were looked at and how many were wrong', async () => {
  await using sampler = new ConsistencySampler(inspector, check, silentLogger);
  await shelve(50);
  await sampler.sample();
  expect(sampler.result).toMatchObject({ checked: expect.any(Number), inconsistent: 0 });
  for (let index = 0; index < 400; index += 1) await plant(bookKey(`gone-${index}`), { title: 'gone' });
  await vi.waitUntil(
    async () => {
      await sampler.sample();
      return sampler.result.inconsistent > 0;
    },
    { timeout: 10_000 },
  );
  expect(sampler.result.checked).toBeGreaterThanOrEqual(sampler.result.inconsistent);
});

it('a Redis that does not answer, or is not trusted, is said to be unavailable', async () => {
  await redis.stop();
  await vi.waitUntil(() => inspector.runId === undefined, { timeout: 5000 });
  await expect(run()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(check.examine([bookKey('emma')])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
