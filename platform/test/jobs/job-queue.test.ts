import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type JobContext, type JobHandlers, JobQueue, migrateJobs } from '../../src/jobs/job-queue.ts';
import { Database } from '../../src/pg/database.ts';
import { createTestDatabase, type TestDatabase } from '../../src/testing/test-database.ts';
import { migrateShelf, shelf, silentLogger } from '../shelf/shelf-stores.ts';

interface Order {
  book: string;
}

const schema = 'shelf_jobs';
const name = 'orders';
const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let testDatabase: TestDatabase;
let database: Database;
let running = new AsyncDisposableStack();

beforeAll(async () => {
  testDatabase = stack.use(
    await createTestDatabase({
      role: { name: shelf.role.name, schemas: [shelf.schema, schema] },
      migrations: shelf.migrations,
      migrate: async (url) => {
        await migrateShelf(url);
        await Promise.all([migrateJobs(url, schema, [name]), migrateJobs(url, schema, [name])]);
      },
    }),
  );
  database = stack.use(
    new Database({ url: testDatabase.url, applicationName: 'jobs', schema: shelf.schema, logger: silentLogger }),
  );
});

afterEach(async () => {
  await running.disposeAsync();
  running = new AsyncDisposableStack();
});

async function open(): Promise<JobQueue<Order>> {
  const queue = running.use(new JobQueue<Order>({ databaseUrl: testDatabase.url, schema, name, logger: silentLogger }));
  await queue.start();
  return queue;
}

async function work(handlers: JobHandlers<Order>, concurrency = 1): Promise<JobQueue<Order>> {
  const queue = await open();
  await queue.work({ concurrency }, handlers);
  return queue;
}

function send(queue: JobQueue<Order>, ...books: string[]): Promise<void> {
  return database.transaction(async (transaction) => {
    for (const book of books) await queue.send(transaction, { book });
  });
}

/** How it stands with the job of a book. */
async function stateOf(book: string): Promise<string | undefined> {
  const [row] = await database.query<{ state: string }>(
    `SELECT state FROM ${schema}.job WHERE name = $1 AND data ->> 'book' = $2`,
    [name, book],
  );
  return row?.state;
}

describe('a job', () => {
  it('that is sent in a transaction begins soon after the commit, and not before', async () => {
    let doneAt: number | undefined;
    const queue = await work({
      handle: async () => {
        doneAt = performance.now();
      },
    });
    const sent = await database.transaction(async (transaction) => {
      await queue.send(transaction, { book: 'emma' });
      await setTimeout(200);
      expect(doneAt).toBeUndefined();
      return performance.now();
    });
    await vi.waitUntil(() => doneAt !== undefined, { interval: 2 });
    expect((doneAt as number) - sent).toBeLessThan(500);
    await vi.waitUntil(async () => (await stateOf('emma')) === 'completed', { timeout: 10_000 });
  });

  it('that is sent in a transaction that rolls back was never sent', async () => {
    const queue = await open();
    const failing = database.transaction(async (transaction) => {
      await queue.send(transaction, { book: 'sanditon' });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await stateOf('sanditon')).toBeUndefined();
  });

  it('of a user who has sent one waits for one of a user who has sent a thousand, and not for the others', async () => {
    const done: string[] = [];
    const queue = await open();
    await database.transaction(async (transaction) => {
      for (let ahead = 0; ahead < 30; ahead += 1) await queue.send(transaction, { book: `of many ${ahead}` }, ahead);
    });
    await database.transaction((transaction) => queue.send(transaction, { book: 'the only one' }, 0));
    await database.transaction((transaction) => queue.send(transaction, { book: 'that nobody waits for' }, Infinity));
    await queue.work({ concurrency: 1 }, { handle: async ({ book }) => void done.push(book) });
    await vi.waitUntil(() => done.length >= 32, { timeout: 10_000 });
    expect(done.indexOf('the only one')).toBeLessThanOrEqual(1);
    expect(done.filter((book) => book.startsWith('of many'))).toEqual(
      Array.from({ length: 30 }, (_, ahead) => `of many ${ahead}`),
    );
    expect(done.at(-1)).toBe('that nobody waits for');
  });

  it('is done once, by whichever process takes it', async () => {
    const done: string[] = [];
    const handlers = { handle: async ({ book }: Order) => void done.push(book) };
    const queue = await work(handlers, 2);
    await work(handlers, 2);
    const books = Array.from({ length: 40 }, (_, number) => `volume ${number}`);
    await send(queue, ...books);
    await vi.waitUntil(() => done.length >= 40, { timeout: 10_000 });
    await setTimeout(300);
    expect(done.toSorted()).toEqual(books.toSorted());
  });

  it('that fails is done again', async () => {
    const attempts: boolean[] = [];
    const queue = await work({
      handle: async (_order, { isLastAttempt }) => {
        attempts.push(isLastAttempt);
        if (attempts.length === 1) throw new Error('the engine is away');
      },
    });
    await send(queue, 'persuasion');
    await vi.waitUntil(async () => (await stateOf('persuasion')) === 'completed', { timeout: 10_000 });
    expect(attempts).toEqual([false, false]);
  });

  it('knows its last attempt, and is given up once that has failed too', async () => {
    const attempts: boolean[] = [];
    const givenUp: string[] = [];
    const queue = await open();
    await send(queue, 'northanger');
    // As after five attempts that failed.
    await database.query(`UPDATE ${schema}.job SET retry_count = 5 WHERE data ->> 'book' = 'northanger'`);
    await queue.work(
      { concurrency: 1 },
      {
        handle: async (_order, { isLastAttempt }) => {
          attempts.push(isLastAttempt);
          throw new Error('never works');
        },
        giveUp: async ({ book }) => void givenUp.push(book),
      },
    );
    await vi.waitUntil(() => givenUp.length > 0, { timeout: 15_000 });
    expect(attempts).toEqual([true]);
    expect(givenUp).toEqual(['northanger']);
    expect(await stateOf('northanger')).toBe('failed');
  });
});

it('a queue that is disposed of lets a running job end', async () => {
  const begun = Promise.withResolvers<void>();
  let isDone = false;
  const queue = await work({
    handle: async () => {
      begun.resolve();
      await setTimeout(500);
      isDone = true;
    },
  });
  await send(queue, 'ending');
  await begun.promise;
  await queue[Symbol.asyncDispose]();
  expect(isDone).toBe(true);
  expect(await stateOf('ending')).toBe('completed');
});

it('a queue that is disposed of tells a job that does not end, which is then done again elsewhere', async () => {
  const begun = Promise.withResolvers<JobContext>();
  const queue = await work({
    handle: async (_order, context) => {
      begun.resolve(context);
      await once(context.signal, 'abort');
      throw context.signal.reason;
    },
  });
  await send(queue, 'endless');
  const { signal } = await begun.promise;
  const startedAt = performance.now();
  await queue[Symbol.asyncDispose]();
  expect(signal.aborted).toBe(true);
  expect(performance.now() - startedAt).toBeLessThan(8000);
  const done: string[] = [];
  await work({ handle: async ({ book }) => void done.push(book) });
  await vi.waitUntil(() => done.includes('endless'), { timeout: 15_000 });
}, 40_000);

it('a process without the tables does not start to work', async () => {
  const queue = new JobQueue<Order>({ databaseUrl: testDatabase.url, schema: 'nowhere', name, logger: silentLogger });
  await expect(queue.start()).rejects.toThrow(/nowhere|not installed|pg-boss/i);
  await queue[Symbol.asyncDispose]();
});
