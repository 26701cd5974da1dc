import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts';
import { type CommitListener, Database, type Invalidation, type Transaction } from '../../src/pg/database.ts';
import { DatabaseUnavailableError, isStatementTimeout, isUniqueViolation } from '../../src/pg/errors.ts';
import { temporaryDirectory } from '../../src/testing/temporary-directory.ts';
import type { TestDatabase } from '../../src/testing/test-database.ts';
import { createShelfDatabase, shelf, silentLogger } from '../shelf/shelf-stores.ts';
import { startTcpProxy, through } from '../tcp-proxy.ts';

const { schema } = shelf;
const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let testDatabase: TestDatabase;
let database: Database;
const settle = vi.fn<CommitListener['settle']>(async () => 'delivered');

beforeAll(async () => {
  testDatabase = stack.use(await createShelfDatabase());
  database = stack.use(open({ maxConnections: 1 }));
  database.settleInvalidationsWith({ settle });
});

beforeEach(async () => {
  settle.mockClear();
  await database.query('TRUNCATE shelf.books, shelf.cache_invalidations');
});

function open(options: { url?: string; maxConnections?: number; statementTimeoutMs?: number } = {}): Database {
  return new Database({ url: testDatabase.url, applicationName: 'test', schema, logger: silentLogger, ...options });
}

const insert = `INSERT INTO shelf.books (id, title) VALUES ('1', 'Emma')`;

async function books(): Promise<number> {
  return (await database.query('SELECT FROM shelf.books')).length;
}

it('a statement that was prepared before a migration changed what it returns fails once, and is then prepared anew', async () => {
  await database.query('CREATE TABLE shelf.shelves (id int)');
  const read = () => database.query('SELECT * FROM shelf.shelves WHERE id > $1', [0]);
  expect(await read()).toEqual([]);
  await database.query('ALTER TABLE shelf.shelves ADD COLUMN room text');
  await expect(read()).rejects.toThrow(DatabaseUnavailableError);
  expect(await read()).toEqual([]);
  await database.query('DROP TABLE shelf.shelves');
});

describe('a transaction', () => {
  it('does what it is asked for together in the order in which it is asked', async () => {
    await database.transaction(async (transaction) => {
      const [none, , one, , two] = await Promise.all([
        transaction.query('SELECT FROM shelf.books'),
        transaction.query(insert),
        transaction.query('SELECT FROM shelf.books'),
        transaction.query(`INSERT INTO shelf.books (id, title) VALUES ('2', 'Persuasion')`),
        transaction.query('SELECT FROM shelf.books'),
      ]);
      expect([none, one, two].map(({ length }) => length)).toEqual([0, 1, 2]);
    });
  });

  it('whose BEGIN fails changes nothing', async () => {
    const { query } = Client.prototype;
    using _ = vi.spyOn(Client.prototype, 'query').mockImplementation(function (this: Client, ...args: unknown[]) {
      const [config] = args as [{ text?: string }];
      return Reflect.apply(query, this, [config.text === 'BEGIN' ? { ...config, text: 'BEGIN ALREADY' } : config]);
    });
    const syntaxError = { code: '42601' };
    await expect(database.transaction((transaction) => transaction.query(insert))).rejects.toMatchObject(syntaxError);
    const selectFirst = database.transaction(async (transaction) => {
      await transaction.query('SELECT FROM shelf.books FOR UPDATE');
      await transaction.query(insert);
    });
    await expect(selectFirst).rejects.toMatchObject(syntaxError);
    expect(await books()).toBe(0);
  });

  it('that commits has its rows, its invalidation, and has settled it before it resolves', async () => {
    const result = await database.transaction(async (transaction) => {
      await transaction.query(insert);
      transaction.invalidate('book:1', 'books:all', 'book:1');
      expect(settle).not.toHaveBeenCalled();
      return 'done';
    });
    expect(result).toBe('done');
    const [row] = await database.query<Invalidation>('SELECT id, keys FROM shelf.cache_invalidations');
    expect(row?.keys).toEqual(['book:1', 'books:all']);
    expect(settle).toHaveBeenCalledExactlyOnceWith([{ id: row?.id, keys: ['book:1', 'books:all'] }]);
    expect(await books()).toBe(1);
  });

  describe('that waits out all trust in what was before', () => {
    const trustPeriodMs = 1000;
    const nothing = async () => undefined;
    const elapsedFor = async (work: (transaction: Transaction) => Promise<void>, waitOutTrust = true) => {
      const startedAt = performance.now();
      await database.transaction(work, { waitOutTrust });
      return performance.now() - startedAt;
    };

    it('does so even if it found nothing to do', async () => {
      expect(await elapsedFor(nothing)).toBeGreaterThan(trustPeriodMs);
      expect(await elapsedFor(nothing, false)).toBeLessThan(trustPeriodMs);
    });

    it('counts from when the stale entries are gone, because they could be read until then', async () => {
      const removalMs = 300;
      settle.mockImplementationOnce(() => setTimeout(removalMs, 'delivered'));
      const ms = await elapsedFor(async (transaction) => transaction.invalidate('book:1'));
      expect(ms).toBeGreaterThan(trustPeriodMs + removalMs);
    });

    it('does not wait for what has been waited out already', async () => {
      settle.mockImplementationOnce(async () => 'waited out');
      const ms = await elapsedFor(async (transaction) => transaction.invalidate('book:1'));
      expect(ms).toBeLessThan(trustPeriodMs);
    });

    it('tells of an error at once', async () => {
      const startedAt = performance.now();
      const failing = database.transaction(() => Promise.reject(new RangeError('no')), { waitOutTrust: true });
      await expect(failing).rejects.toThrow(RangeError);
      expect(performance.now() - startedAt).toBeLessThan(trustPeriodMs);
    });

    it('keeps no connection meanwhile', async () => {
      const waiting = elapsedFor(nothing);
      const startedAt = performance.now();
      await books();
      await books();
      expect(performance.now() - startedAt).toBeLessThan(trustPeriodMs);
      await waiting;
    });
  });

  it('whose work fails leaves nothing, settles nothing, and passes the error on', async () => {
    const failing = database.transaction(async (transaction) => {
      await transaction.query(insert);
      transaction.invalidate('book:1');
      throw new RangeError('changed my mind');
    });
    await expect(failing).rejects.toThrow(RangeError);
    expect(await books()).toBe(0);
    expect(await database.query('SELECT FROM shelf.cache_invalidations')).toEqual([]);
    expect(settle).not.toHaveBeenCalled();
  });

  it('in which a statement failed does not pass for committed when its work goes on', async () => {
    const failing = database.transaction(async (transaction) => {
      await transaction.query(insert);
      await transaction.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await books()).toBe(0);
  });

  it('that breaks a constraint tells which', async () => {
    const failing = database.transaction(async (transaction) => {
      await transaction.query(insert);
      await transaction.query(insert);
    });
    const error: unknown = await failing.catch((reason: unknown) => reason);
    expect(isUniqueViolation(error, 'books_pkey')).toBe(true);
    expect(isUniqueViolation(error, 'other')).toBe(false);
    expect(await books()).toBe(0);
  });

  it('that lost its connection leaves the pool good for the next one', async () => {
    const failing = database.transaction(async (transaction) => {
      await transaction.query(insert);
      await transaction.query('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    await expect(failing).rejects.toThrow(/terminating connection|connection lost/);
    await database.transaction((transaction) => transaction.query(insert));
    expect(await books()).toBe(1);
  });

  it('whose connection is lost while its work fails does not stay open for the next one', async () => {
    await using network = await startTcpProxy(Number(new URL(testDatabase.url).port));
    await using remote = open({ url: through(network, testDatabase.url), maxConnections: 1 });
    const failing = remote.transaction(async (transaction) => {
      await transaction.query(insert);
      network.cut();
      throw new RangeError('changed my mind');
    });
    await expect(failing).rejects.toThrow(RangeError);
    network.restore();
    await remote.transaction(async (transaction) => {
      expect(await transaction.query('SELECT FROM shelf.books')).toEqual([]);
    });
  });
});

it('what made a key stale and is not known to be settled is settled for whoever asks, and nothing else is', async () => {
  await database.query(`INSERT INTO shelf.cache_invalidations (id, keys)
    VALUES (gen_random_uuid(), '{book:1,books:all}'), (gen_random_uuid(), '{book:2}')`);
  await database.settleKeys('book:1', 'book:3');
  expect(settle).toHaveBeenCalledExactlyOnceWith([{ id: expect.any(String), keys: ['book:1', 'books:all'] }]);
});

describe('a statement', () => {
  it('that takes too long is cancelled', async () => {
    await using impatient = open({ statementTimeoutMs: 100 });
    const error: unknown = await impatient.query('SELECT pg_sleep(5)').catch((reason: unknown) => reason);
    expect(isStatementTimeout(error)).toBe(true);
  });

  it('over a network that swallows everything is given up', async () => {
    await using network = await startTcpProxy(Number(new URL(testDatabase.url).port));
    await using remote = open({ url: through(network, testDatabase.url), statementTimeoutMs: 100 });
    await remote.query('SELECT 1');
    network.swallow();
    await expect(remote.query('SELECT 1')).rejects.toBeInstanceOf(DatabaseUnavailableError);
    network.restore();
    expect(await remote.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('that finds no free connection waits three seconds for one and no longer', async () => {
    await using narrow = open({ maxConnections: 1 });
    const done = Promise.withResolvers<void>();
    const holding = narrow.transaction(() => done.promise);
    const startedAt = performance.now();
    await expect(narrow.query('SELECT 1')).rejects.toBeInstanceOf(DatabaseUnavailableError);
    expect(performance.now() - startedAt).toBeLessThan(4000);
    done.resolve();
    await holding;
    expect(await narrow.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('with a value that cannot be sent is not taken for a lost connection', async () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    await expect(database.query('SELECT $1::jsonb', [circular])).rejects.toThrow(TypeError);
  });
});

it('while PostgreSQL is stopped every call is a DatabaseUnavailableError, and works again once it is back', async () => {
  await using directory = await temporaryDirectory();
  const options = {
    directory: join(directory.path, 'postgres'),
    password: 'of-this-test-alone',
    settings: { fsync: 'off' },
  };
  let postgres = await startEmbeddedPostgres(options);
  const { port } = postgres;
  try {
    await using standing = open({ url: postgres.url });
    await standing.query('SELECT 1');
    await postgres.stop();
    await expect(standing.query('SELECT 1')).rejects.toBeInstanceOf(DatabaseUnavailableError);
    await expect(standing.transaction(async () => undefined)).rejects.toBeInstanceOf(DatabaseUnavailableError);
    postgres = await startEmbeddedPostgres({ ...options, port });
    await vi.waitUntil(
      () =>
        standing.query('SELECT 1').then(
          () => true,
          () => false,
        ),
      { timeout: 5000 },
    );
  } finally {
    await postgres.stop();
  }
});

describe('a lock of the whole service', () => {
  it('is held by one process at a time, and given back', async () => {
    await using other = open();
    await using own = open();
    {
      await using lock = await own.tryLock('work');
      expect(lock).toBeDefined();
      expect(await other.tryLock('work')).toBeUndefined();
      await using elsewhere = await other.tryLock('other work');
      expect(elsewhere).toBeDefined();
    }
    await using lock = await other.tryLock('work');
    expect(lock).toBeDefined();
  });

  it('ends with the connection of who held it', async () => {
    await using other = open();
    await using own = open();
    await using lock = await own.tryLock('work');
    expect(lock).toBeDefined();
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    await vi.waitUntil(
      async () => {
        await using taken = await other.tryLock('work');
        return taken !== undefined;
      },
      { timeout: 10_000 },
    );
  });
});
