import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Database } from '../../src/pg/database.ts';
import type { TestDatabase } from '../../src/testing/test-database.ts';
import { bookKey, Replica } from '../shelf/replica.ts';
import { createShelfDatabase, shelf, silentLogger, startShelfRedis } from '../shelf/shelf-stores.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let database: TestDatabase;
let replica: Replica;

beforeAll(async () => {
  const redis = stack.use(await startShelfRedis());
  database = stack.use(await createShelfDatabase());
  replica = stack.use(new Replica({ databaseUrl: database.url, redisUrl: redis.url(shelf.redis.name) }));
  await replica.warm();
});

/** A process that commits and then dies, before it has told Redis or anybody else. */
async function commitAndDie(work: (transaction: { invalidate(...keys: string[]): void }) => void): Promise<void> {
  const { schema } = shelf;
  const dying = new Database({ url: database.url, applicationName: 'dying writer', schema, logger: silentLogger });
  const death = Promise.withResolvers<never>();
  dying.settleInvalidationsWith({ settle: () => death.promise });
  const write = dying.transaction(async (transaction) => {
    await transaction.query('UPDATE shelf.books SET title = $1', ['after']);
    work(transaction);
  });
  await vi.waitUntil(async () => (await replica.load('1'))?.title === 'after', { timeout: 10_000 });
  death.reject(new Error('died'));
  await expect(write).rejects.toThrow('died');
  await dying[Symbol.asyncDispose]();
}

async function invalidationsLeft(): Promise<number> {
  return (await replica.database.query('SELECT FROM shelf.cache_invalidations')).length;
}

it('what a dead writer made stale is removed by another process within seconds', async () => {
  await replica.write('1', 'before');
  await replica.title('1');
  expect(await replica.look('1')).toEqual({ title: 'before', from: 'Redis' });
  await commitAndDie((transaction) => transaction.invalidate(bookKey('1')));
  await vi.waitUntil(async () => (await replica.title('1')) === 'after', { timeout: 5000, interval: 20 });
  await vi.waitUntil(async () => (await invalidationsLeft()) === 0, { timeout: 5000 });
});

it('more than one sweep takes is delivered all the same', async () => {
  const ids = Array.from({ length: 1200 }, (_, index) => `many-${index}`);
  await replica.database.query(
    `INSERT INTO shelf.cache_invalidations (id, keys, created_at)
     SELECT gen_random_uuid(), ARRAY['book:' || id], clock_timestamp() - interval '1 minute' FROM unnest($1::text[]) AS id`,
    [ids],
  );
  await Promise.all(ids.slice(0, 100).map((id) => replica.title(id)));
  await vi.waitUntil(async () => (await invalidationsLeft()) === 0, { timeout: 10_000 });
});

it('a living writer leaves nothing behind', async () => {
  await Promise.all(Array.from({ length: 50 }, (_, index) => replica.write(`${index}`, 'new')));
  await vi.waitUntil(async () => (await invalidationsLeft()) === 0, { timeout: 1000, interval: 10 });
});
