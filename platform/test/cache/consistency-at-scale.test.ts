import { Redis } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { CacheInspector } from '../../src/cache/cache-inspector.ts';
import { ConsistencyCheck, type ConsistencyCounts, type Finding } from '../../src/cache/consistency-check.ts';
import { encodeEntry } from '../../src/cache/entry.ts';
import { PgInvalidationLog } from '../../src/cache/invalidation-log.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { checkedShelf, firstKey } from '../shelf/checked-shelf.ts';
import { bookCodec, bookKey, Replica } from '../shelf/replica.ts';
import { createShelfDatabase, shelf, silentLogger, startShelfRedis } from '../shelf/shelf-stores.ts';

/** The long form has 100,000: `CONSISTENCY_ENTRIES=100000 npm test -- platform/test/cache/consistency-at-scale`. */
const entries = Number(process.env.CONSISTENCY_ENTRIES ?? 5000);
const perClass = 50;
const busyBooks = 20;
const pipelineSize = 1000;

it(`of ${entries} entries the ${4 * perClass} faulty ones are found and nothing else, while writes go on`, {
  timeout: 600_000,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startShelfRedis());
  const database = stack.use(await createShelfDatabase());
  const admin = stack.adopt(new Redis(redis.url('admin')), (client) => client.disconnect());
  const redisUrl = redis.url(shelf.redis.name);
  const replica = stack.use(new Replica({ databaseUrl: database.url, redisUrl }));
  const inspector = stack.use(
    new CacheInspector(new RedisConnection({ url: redisUrl, logger: silentLogger, commandTimeoutMs: 5000 })),
  );
  inspector.connect();
  const log = new PgInvalidationLog(replica.database, shelf.schema);
  const check = new ConsistencyCheck(inspector, log, checkedShelf(replica.database));
  await replica.warm();
  await vi.waitUntil(() => inspector.runId !== undefined, { timeout: 10_000 });
  const { epoch } = await log.check();

  const ids = Array.from({ length: entries }, (_, index) => `book-${index}`);
  await replica.database.query('INSERT INTO shelf.books (id, title) SELECT id, id FROM unnest($1::text[]) AS id', [
    ids,
  ]);
  for (let start = 0; start < entries; start += pipelineSize) {
    const pipeline = admin.pipeline();
    for (const id of ids.slice(start, start + pipelineSize)) {
      pipeline.set(bookKey(id), encodeEntry({ title: id }, epoch, bookCodec));
    }
    await pipeline.exec();
  }

  const planted: string[] = [];
  const plant = async (fault: string, key: string, stored: string | Buffer) => {
    await admin.set(key, stored);
    planted.push(`${fault} ${key}`);
  };
  for (let index = 0; index < perClass; index += 1) {
    const entry = encodeEntry({ title: 'wrong' }, epoch, bookCodec);
    await plant('stale', bookKey(`book-${index * Math.floor(entries / perClass)}`), entry);
    await plant('orphaned', bookKey(`gone-${index}`), entry);
    await plant('undecodable', bookKey(`garbage-${index}`), 'garbage');
    await plant('dangling', `${firstKey}${index}`, JSON.stringify({ epoch, version: 1, value: 'gone' }));
  }

  const stop = new AbortController();
  let writes = 0;
  const writers = Array.from({ length: busyBooks }, async (_, index) => {
    for (let turn = 0; !stop.signal.aborted; turn += 1) {
      await replica.write(`busy-${index}`, turn % 2 === 0 ? 'even' : 'odd');
      await replica.title(`busy-${index}`);
      writes += 1;
    }
  });
  const run = async (repair: boolean) => {
    const findings: Finding[] = [];
    const counts: ConsistencyCounts[] = [];
    for await (const event of check.run({ repair, signal: stop.signal })) {
      if (event.kind === 'finding') findings.push(event);
      if (event.kind === 'counts') counts.push(event);
    }
    return { found: findings.map(({ fault, key }) => `${fault} ${key}`).sort(), counts };
  };

  const startedAt = performance.now();
  const dryRun = await run(false);
  const seconds = (performance.now() - startedAt) / 1000;
  expect(dryRun.found).toEqual(planted.toSorted());
  expect((await run(true)).found).toEqual(planted.toSorted());
  const clean = await run(false);
  expect(clean.found).toEqual([]);
  expect(clean.counts[0]?.checked).toBeGreaterThanOrEqual(entries - perClass);
  stop.abort();
  await Promise.all(writers);
  console.info(`${entries} entries compared in ${seconds.toFixed(1)} s during ${writes} writes`);
});
