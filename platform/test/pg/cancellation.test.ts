import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StatusError } from '../../src/errors.ts';
import { Database } from '../../src/pg/database.ts';
import { runDetached } from '../../src/request-context.ts';
import { startPostgres, type TestPostgres } from '../../src/testing/test-postgres.ts';
import { asReader, type DocumentServer, startDocumentServer } from '../grpc/document-server.ts';
import { migrateShelf, shelf, silentLogger } from '../shelf/shelf-stores.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

const deadlineMs = 50;
/** How late after its deadline a call may be answered. */
const toleranceMs = 100;
/** Its own timer and the client's cancellation come at the same time. */
const overForServer = expect.stringMatching(/^(DEADLINE_EXCEEDED|CANCELLED)$/);

let postgres: TestPostgres;
let database: Database;
let server: DocumentServer;
/** What the handler was told of its own work; undefined until it is called. */
let failure: Promise<unknown> | undefined;
let work: () => Promise<unknown> = () => database.query('SELECT 1');
let administrator: Client;

beforeAll(async () => {
  postgres = stack.use(await startPostgres(shelf.role));
  await migrateShelf(postgres.url);
  administrator = new Client({ connectionString: postgres.url });
  await administrator.connect();
  stack.defer(() => administrator.end());
  const { schema } = shelf;
  database = stack.use(
    new Database({ url: postgres.url, applicationName: 'cancelled', schema, logger: silentLogger, maxConnections: 1 }),
  );
  server = stack.use(
    await startDocumentServer(
      {
        getDocument: async () => {
          const told = Promise.withResolvers<unknown>();
          failure = told.promise;
          try {
            await work();
            told.resolve(undefined);
          } catch (error) {
            told.resolve(error);
            throw error;
          }
          return { document: undefined };
        },
      },
      {},
      { batched: [] },
    ),
  );
  await call(10_000);
});

beforeEach(async () => {
  work = () => database.query('SELECT 1');
  failure = undefined;
  await administrator.query('TRUNCATE shelf.books');
});

async function call(timeoutMs: number, signal?: AbortSignal): Promise<{ code: string; ms: number }> {
  const startedAt = performance.now();
  const outcome = await server.client
    .getDocument({ documentId: '1' }, { ...asReader, timeoutMs, ...(signal && { signal }) })
    .then(
      () => 'OK',
      (error: unknown) => (error as StatusError).code,
    );
  return { code: outcome, ms: performance.now() - startedAt };
}

/** The quickest of some: what else this machine does may hold up any one of them. */
async function quickestOf(calls: () => Promise<{ code: string; ms: number }[]>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5 && !times.some((ms) => ms < deadlineMs + toleranceMs); round += 1) {
    const outcomes = await calls();
    for (const { code } of outcomes) expect(code).toBe('DEADLINE_EXCEEDED');
    times.push(Math.max(...outcomes.map(({ ms }) => ms)));
  }
  return Math.min(...times);
}

/** The statements that the database's connections are in the middle of. */
async function running(): Promise<string[]> {
  const { rows } = await administrator.query<{ query: string }>(
    `SELECT query FROM pg_stat_activity WHERE application_name = 'cancelled' AND state <> 'idle'`,
  );
  return rows.map(({ query }) => query);
}

describe('a call whose deadline passes while a lock is held', () => {
  let holder: Client;

  beforeEach(async () => {
    holder = new Client({ connectionString: postgres.url });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE shelf.books IN ACCESS EXCLUSIVE MODE');
    return async () => {
      await holder.query('ROLLBACK');
      await holder.end();
    };
  });

  it('is over in time, its query is gone from the server, and its connection serves the next', async () => {
    work = () => database.query('SELECT FROM shelf.books');
    expect(await quickestOf(async () => [await call(deadlineMs)])).toBeLessThan(deadlineMs + toleranceMs);
    await expect(failure).resolves.toMatchObject({ code: overForServer });
    await vi.waitUntil(async () => (await running()).length === 0, { timeout: 500, interval: 10 });
    const [{ pid } = { pid: 0 }] = await database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    work = () => database.query('SELECT FROM shelf.books');
    await call(deadlineMs);
    expect(await database.query('SELECT pg_backend_pid() AS pid')).toEqual([{ pid }]);
  });

  it('leaves nothing of its transaction', async () => {
    await holder.query('ROLLBACK');
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE shelf.cache_invalidations IN ACCESS EXCLUSIVE MODE');
    work = () =>
      database.transaction(async (transaction) => {
        await transaction.query(`INSERT INTO shelf.books (id, title) VALUES ('1', 'Emma')`);
        await transaction.query('SELECT FROM shelf.cache_invalidations');
      });
    expect(await call(deadlineMs)).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await vi.waitUntil(async () => (await running()).length === 0, { timeout: 500, interval: 10 });
    expect((await administrator.query('SELECT FROM shelf.books')).rowCount).toBe(0);
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('does not pass for committed when its work goes on all the same', async () => {
    work = () =>
      database.transaction(async (transaction) => {
        await transaction.query('SELECT FROM shelf.books').catch(() => undefined);
      });
    // Late enough for the handler to have begun.
    await call(500);
    await expect(failure).resolves.toMatchObject({ code: overForServer });
  });

  it('ends with its caller too', async () => {
    const caller = new AbortController();
    work = () => database.query('SELECT FROM shelf.books');
    const calling = call(10_000, caller.signal);
    await vi.waitUntil(async () => (await running()).length === 1, { timeout: 2000, interval: 10 });
    caller.abort();
    expect(await calling).toMatchObject({ code: 'CANCELLED' });
    await vi.waitUntil(async () => (await running()).length === 0, { timeout: 500, interval: 10 });
  });

  it('lets what was detached from it go on', async () => {
    let detached: Promise<unknown> | undefined;
    work = async () => {
      detached = runDetached(() => database.query('SELECT FROM shelf.books'));
      await sleep(200);
    };
    expect(await call(deadlineMs)).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await sleep(100);
    expect(await running()).toHaveLength(1);
    await holder.query('COMMIT');
    expect(await detached).toEqual([]);
  });
});

describe('a call whose deadline passes while PostgreSQL hangs', () => {
  it('is over in time, those that wait for a connection as well, and all is well again afterwards', async () => {
    const { begin, end } = postgres.faults.hanging;
    await begin();
    try {
      const three = () => Promise.all([call(deadlineMs), call(deadlineMs), call(deadlineMs)]);
      expect(await quickestOf(three)).toBeLessThan(deadlineMs + toleranceMs);
    } finally {
      await end();
    }
    expect(await call(5000)).toMatchObject({ code: 'OK' });
  });

  it('keeps its connection for no longer when it is to begin with a change', async () => {
    work = () =>
      database.transaction((transaction) => transaction.query(`INSERT INTO shelf.books VALUES ('1', 'Emma')`));
    const { begin, end } = postgres.faults.hanging;
    await begin();
    try {
      await call(deadlineMs);
      // It is closed when the server does not cancel within a second.
      await vi.waitUntil(() => database.pool.used === 0, { timeout: 5000, interval: 50 });
    } finally {
      await end();
    }
    expect(await call(5000)).toMatchObject({ code: 'OK' });
  });
});

describe('a transaction whose caller goes', () => {
  const insert = 'INSERT INTO shelf.books (id, title) VALUES ($1, $2)';

  /** One that stores a book and tells of it, whose caller goes so many turns after it has come to a place. */
  async function breakOff(id: string, at: 'its beginning' | 'its end', turns: number): Promise<void> {
    const caller = new AbortController();
    const leave = async () => {
      for (let turn = 0; turn < turns; turn += 1) await nextTurn();
      caller.abort(new Error('gone'));
    };
    const work = () =>
      database.transaction(async (transaction) => {
        await transaction.query(insert, [id, 'Emma']);
        transaction.emit({ id: randomUUID(), topic: 'news', payload: { id } });
        if (at === 'its end') void leave();
      });
    const broken = runDetached(work, caller.signal).then(
      () => 'committed',
      () => 'failed',
    );
    if (at === 'its beginning') await leave();
    const [{ rows: books }, outcome] = [await afterwards(), await broken];
    // Both or neither; and whoever is told of success has it.
    const { rows: told } = await administrator.query(`SELECT FROM shelf.outbox WHERE payload ->> 'id' = $1`, [id]);
    expect(told).toHaveLength(books.filter((book) => book.id === id).length);
    if (outcome === 'committed') expect(told).toHaveLength(1);
  }

  /** What is done next on the one connection, for which the other has to have given it back. */
  async function afterwards() {
    await database.transaction(async (transaction) => {
      await transaction.query(insert, [randomUUID(), 'Persuasion']);
      await transaction.query('SELECT pg_sleep(0.003)');
    });
    return administrator.query<{ id: string }>('SELECT id FROM shelf.books');
  }

  it.each(['its beginning', 'its end'] as const)('at %s does all or nothing, and hits nobody after it', async (at) => {
    for (let round = 0; round < 60; round += 1) await breakOff(`${at} ${round}`, at, round % 12);
    const { rows } = await administrator.query(`SELECT FROM shelf.books WHERE title = 'Persuasion'`);
    expect(rows).toHaveLength(60);
  });
});
