import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Outbox } from '../../src/outbox/outbox.ts';
import type { TestDatabase } from '../../src/testing/test-database.ts';
import type { TestRedis } from '../../src/testing/test-redis.ts';
import { Replica } from '../shelf/replica.ts';
import { createShelfDatabase, shelf, silentLogger, startShelfRedis } from '../shelf/shelf-stores.ts';
import { startTcpProxy, through } from '../tcp-proxy.ts';

const { schema } = shelf;
const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let database: TestDatabase;
let redis: TestRedis;

beforeAll(async () => {
  redis = stack.use(await startShelfRedis());
  database = stack.use(await createShelfDatabase());
});

const news = () => ({ id: randomUUID() as string, topic: 'news', payload: {} });

it('who hears of a change by a message reads the new value, also while its writer cannot reach Redis', async () => {
  await using network = await startTcpProxy(redis.port);
  await using cutOff = new Replica({
    databaseUrl: database.url,
    redisUrl: through(network, redis.url(shelf.redis.name)),
  });
  await using reader = new Replica({ databaseUrl: database.url, redisUrl: redis.url(shelf.redis.name) });
  await Promise.all([cutOff.warm(), reader.warm()]);
  for (const round of [1, 2, 3]) {
    await reader.write('emma', `old ${round}`);
    await reader.title('emma');
    expect(await reader.look('emma')).toEqual({ title: `old ${round}`, from: 'Redis' });
    network.cut();
    const write = cutOff.write('emma', `new ${round}`, news());
    await vi.waitUntil(async () => (await reader.database.query('SELECT FROM shelf.outbox')).length === 1, {
      interval: 1,
    });

    // Another process looks for messages at this very moment, long before the writer has waited enough.
    const heard: (string | undefined)[] = [];
    const topics = { news: { batchSize: 10, deliver: async () => void heard.push(await reader.title('emma')) } };
    await using outbox = new Outbox({ database: reader.database, schema, topics, logger: silentLogger });
    outbox.start();
    await vi.waitUntil(() => heard.length === 1, { timeout: 5000, interval: 5 });
    expect(heard).toEqual([`new ${round}`]);

    await write;
    network.restore();
    await vi.waitUntil(async () => (await reader.look('emma')).from === 'Redis', { timeout: 5000 });
  }
});

it('a message whose writer died before it told the cache is delivered, after the cache was told', async () => {
  await using reader = new Replica({ databaseUrl: database.url, redisUrl: redis.url(shelf.redis.name) });
  await reader.warm();
  await reader.write('persuasion', 'old');
  await reader.title('persuasion');
  expect(await reader.look('persuasion')).toEqual({ title: 'old', from: 'Redis' });
  const invalidationId = randomUUID();
  await reader.database.transaction(async (transaction) => {
    await transaction.query(`UPDATE shelf.books SET title = 'new' WHERE id = 'persuasion'`);
    await transaction.query(`INSERT INTO shelf.cache_invalidations (id, keys) VALUES ($1, '{book:persuasion}')`, [
      invalidationId,
    ]);
    await transaction.query(
      `INSERT INTO shelf.outbox (id, topic, payload, invalidation_id) VALUES ($1, 'news', '{}', $2)`,
      [randomUUID(), invalidationId],
    );
  });
  const heard: (string | undefined)[] = [];
  const topics = { news: { batchSize: 10, deliver: async () => void heard.push(await reader.title('persuasion')) } };
  await using outbox = new Outbox({ database: reader.database, schema, topics, logger: silentLogger });
  outbox.start();
  await vi.waitUntil(() => heard.length === 1, { timeout: 5000, interval: 5 });
  expect(heard).toEqual(['new']);
});
