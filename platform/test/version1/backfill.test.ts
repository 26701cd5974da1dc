import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StatusError } from '../../src/errors.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import type { TestRedis } from '../../src/testing/test-redis.ts';
import { inBatches } from '../../src/version1/key-batches.ts';
import { Version1Redis } from '../../src/version1/version1-redis.ts';
import { silentLogger } from '../shelf/shelf-stores.ts';
import { type Library, type LibraryStores, openStores, startLibraryRedis } from './library.ts';

const day = 86_400_000;

let server: TestRedis;
let stores: LibraryStores;
let library: Library;

beforeAll(async () => {
  server = await startLibraryRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

beforeEach(async () => {
  stores = await openStores(server);
  library = await stores.open();
});
afterEach(() => stores[Symbol.asyncDispose]());

async function plantBooks(count: number): Promise<void> {
  const pipeline = stores.version1.pipeline();
  for (let number = 0; number < count; number += 1) {
    pipeline.set(`book:${number}`, JSON.stringify({ title: `Book ${number}`, owner: 'jane' }), 'PX', 20 * day);
  }
  await pipeline.exec();
}

async function titles(): Promise<string[]> {
  const rows = await library.database.query<{ title: string }>('SELECT title FROM library.books ORDER BY id');
  return rows.map(({ title }) => title);
}

describe('a backfill', () => {
  it('imports everything, and done again changes nothing', async () => {
    await plantBooks(1200);
    await stores.version1.set('favourite:ann', '7');
    expect(await library.backfill()).toMatchObject({ scanned: 1201, imported: 1201, unchanged: 0, setAside: 0 });
    expect(await titles()).toHaveLength(1200);
    expect(await library.backfill()).toMatchObject({ scanned: 1201, imported: 0, unchanged: 1201 });
    expect(await library.drift()).toEqual([]);
  });

  it('saves what is about to expire before all else', async () => {
    await plantBooks(1200);
    await stores.version1.set('book:brief', JSON.stringify({ title: 'Brief', owner: 'jane' }), 'PX', 60_000);
    await stores.version1.set('favourite:ann', 'brief', 'PX', 60_000);
    const run = library.migration.backfill.run({ defaultOwnerId: undefined, signal: new AbortController().signal });
    for (let next = await run.next(); !next.done && next.value.stage === 'rescue'; next = await run.next());
    await run.return({} as never);
    expect(await titles()).toContain('Brief');
    const favourites = await library.database.query('SELECT FROM library.favourites');
    expect(favourites).toHaveLength(1);
  });

  it('saves a pointer about to expire together with what it names', async () => {
    await stores.version1.set('book:emma', JSON.stringify({ title: 'Emma', owner: 'jane' }), 'PX', 20 * day);
    await stores.version1.set('favourite:ann', 'emma', 'PX', 60_000);
    await library.backfill();
    expect(await library.version1.listSetAside({ limit: 10, offset: 0 })).toMatchObject({ totalCount: 0 });
    expect(await library.favourite('ann')).toBe('emma');
  });

  it('goes on where it was broken off, after any number of batches', async () => {
    await plantBooks(3000);
    let counts: Awaited<ReturnType<Library['backfill']>>;
    let rounds = 0;
    for (; !counts; rounds += 1) {
      counts = await library.backfill(undefined, 2);
      expect(rounds).toBeLessThan(50);
    }
    expect(rounds).toBeGreaterThan(1);
    expect(counts).toMatchObject({ imported: 3000, setAside: 0 });
    expect(counts.scanned).toBeGreaterThanOrEqual(3000);
    expect(await titles()).toHaveLength(3000);
    expect(await library.drift()).toEqual([]);
  });

  it('starts over when version 1 has another Redis process, whose cursors are its own', async () => {
    await plantBooks(2000);
    await library.backfill(undefined, 2);
    await stores.version1.save();
    await server.restart();
    const other = await stores.open();
    const counts = await other.backfill();
    expect(counts?.scanned).toBe(2000);
    expect(await titles()).toHaveLength(2000);
  });

  it('runs once at a time', async () => {
    await plantBooks(1200);
    const run = library.migration.backfill.run({ defaultOwnerId: undefined, signal: new AbortController().signal });
    await run.next();
    const other = await stores.open();
    await expect(other.backfill()).rejects.toMatchObject({ reason: 'MIGRATION_IS_RUNNING' });
    await expect(other.advance('pg_read')).rejects.toMatchObject({ reason: 'MIGRATION_IS_RUNNING' });
    await run.return({} as never);
    expect(await other.backfill()).toMatchObject({ imported: 1200 });
  });

  it('sets aside what does not fit, to the byte, with the reason and the time that it had left', async () => {
    const { version1 } = stores;
    const notText = Buffer.from([0x7b, 0xff, 0xfe]);
    await version1.set('book:torn', '{"title": "To', 'PX', 20 * day);
    await version1.set('book:list', '[]');
    await version1.set(Buffer.from('book:bytes'), notText);
    await version1.rpush('book:pushed', 'a', 'b');
    await version1.set('favourite:ann', 'nobody');
    await version1.set('settings', 'x');
    await version1.set(Buffer.from([0xff, 0x00, 0x41]), 'y');
    await version1.set(`long-${'k'.repeat(5000)}`, 'z');
    await version1.set('book:bad', JSON.stringify({ title: 'forbidden', owner: 'jane' }));
    await version1.set('book:good', JSON.stringify({ title: 'Good', owner: 'jane' }));

    expect(await library.backfill()).toMatchObject({ imported: 1, setAside: 9, scanned: 10 });
    const { entries, totalCount } = await library.version1.listSetAside({ limit: 100, offset: 0 });
    expect(totalCount).toBe(9);
    expect(Object.fromEntries(entries.map(({ key, reason }) => [key.slice(0, 15), reason]))).toEqual({
      '\\xff0041': 'unknown_key',
      'book:bad': 'not_storable',
      'book:bytes': 'not_utf8',
      'book:list': 'not_an_object',
      'book:pushed': 'wrong_type',
      'book:torn': 'not_json',
      'favourite:ann': 'pointer_to_nothing',
      'long-kkkkkkkkkk': 'unknown_key',
      settings: 'unknown_key',
    });
    expect(entries.find(({ key }) => key === 'book:pushed')?.redisType).toBe('list');
    const torn = entries.find(({ key }) => key === 'book:torn');
    expect(torn?.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 19 * day);
    const kept = await library.database.query<{ value: Buffer }>(
      "SELECT value FROM library.version1_set_aside WHERE key = 'book:bytes'",
    );
    expect(kept[0]?.value).toEqual(notText);
    expect(await library.drift()).toEqual([]);
  });

  it('leaves what has no owner where it is, until one is named', async () => {
    await stores.version1.set('book:emma', JSON.stringify({ title: 'Emma' }));
    await stores.version1.set('loan:1', JSON.stringify({ book: 'gone' }));
    expect(await library.backfill()).toMatchObject({ unowned: 2, imported: 0 });
    expect(await library.drift()).toEqual([
      { family: 'book', key: 'book:emma', fault: 'missing' },
      { family: 'loan', key: 'book:gone', fault: 'dangling' },
    ]);
    expect(await library.backfill('ann')).toMatchObject({ unowned: 0, imported: 1, placeholders: 1 });
    expect(await library.title('emma')).toBe('Emma');
    expect(await library.title('gone')).toBe('lost');
    expect(await library.drift()).toEqual([]);
  });

  it('makes no stand-in for what was deleted', async () => {
    await library.write('emma', 'Emma');
    await library.remove('emma');
    await stores.version1.set('loan:1', JSON.stringify({ book: 'emma' }));
    expect(await library.backfill('ann')).toMatchObject({ placeholders: 0 });
    expect(await library.title('emma')).toBeUndefined();
  });

  it('makes no stand-in for what version 1 still has', async () => {
    await stores.version1.set('book:emma', JSON.stringify({ title: 'Emma', owner: 'jane' }), 'PX', 20 * day);
    await stores.version1.set('loan:1', JSON.stringify({ book: 'emma' }), 'PX', 60_000);
    expect(await library.backfill('ann')).toMatchObject({ placeholders: 0 });
    expect(await library.title('emma')).toBe('Emma');
  });

  it('takes large values a few at a time, of whatever type', async () => {
    const large = 'x'.repeat(3 * 1024 * 1024);
    for (let number = 0; number < 4; number += 1) {
      await stores.version1.set(`text-${number}`, large);
      await stores.version1.rpush(`list-${number}`, large);
    }
    const redis = new Version1Redis(new RedisConnection({ url: server.url('admin'), logger: silentLogger }));
    try {
      redis.connect();
      await vi.waitUntil(() => redis.runId !== undefined, { timeout: 10_000 });
      for (const kind of ['text', 'list']) {
        const batches = await Array.fromAsync(
          inBatches(
            redis,
            [0, 1, 2, 3].map((number) => `${kind}-${number}`),
          ),
        );
        expect(batches.map((batch) => batch.length)).toEqual([2, 2]);
      }
    } finally {
      await redis[Symbol.asyncDispose]();
    }
  });

  it('brings back nothing that is deleted while it runs, and undoes no write', async () => {
    const count = 1500;
    await plantBooks(count);
    const other = await stores.open();
    const removed: string[] = [];
    const written: string[] = [];
    const racing = async () => {
      for (let number = 0; number < count; number += 7) {
        await other.title(String(number));
        if (number % 2 === 0) {
          await other.remove(String(number));
          removed.push(String(number));
        } else {
          await other.write(String(number), 'mine');
          written.push(String(number));
        }
      }
    };
    await Promise.all([library.backfill(), racing()]);
    await library.backfill();
    const rows = await library.database.query<{ id: string; title: string }>('SELECT id, title FROM library.books');
    const byId = new Map(rows.map(({ id, title }) => [id, title]));
    expect(removed.filter((id) => byId.has(id))).toEqual([]);
    expect(written.filter((id) => byId.get(id) !== 'mine')).toEqual([]);
    expect(byId.size).toBe(count - removed.length);
    expect(await library.drift()).toEqual([]);
  });

  it('fails when version 1 does not answer, and goes on when it does', async () => {
    await plantBooks(100);
    await stores.version1.save();
    await server.stop();
    await expect(library.backfill()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await server.restart();
    const other = await stores.open();
    expect(await other.backfill()).toMatchObject({ scanned: 100, imported: 100 });
  });
});

describe('the gate', () => {
  it('stays shut before the backfill has come to its end', async () => {
    await plantBooks(1200);
    await expect(library.advance('pg_read')).rejects.toMatchObject({ reason: 'BACKFILL_NOT_FINISHED' });
    await library.backfill(undefined, 1);
    await expect(library.advance('pg_read')).rejects.toMatchObject({ reason: 'BACKFILL_NOT_FINISHED' });
  });

  it.each([
    ['version 1 changed', 'differs', () => stores.version1.set('book:1', '{"title":"Other","owner":"jane"}')],
    ['version 1 added', 'missing', () => stores.version1.set('book:new', '{"title":"New","owner":"jane"}')],
    ['PostgreSQL lost', 'missing', () => library.database.query("DELETE FROM library.books WHERE id = '1'")],
    [
      'somebody changed in PostgreSQL by hand',
      'differs',
      () => library.database.query("UPDATE library.books SET title = 'Forged' WHERE id = '1'"),
    ],
  ])('names what %s, and opens after another backfill', async (_what, fault, plantDrift) => {
    await plantBooks(700);
    await library.backfill();
    await plantDrift();
    const [drift, ...others] = await library.drift();
    expect(others).toEqual([]);
    expect(drift?.fault).toBe(fault);
    await expect(library.advance('pg_read')).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'STORES_DIFFER',
      metadata: { drifted: '1', keys: drift?.key },
    });
    expect((await library.version1.report()).phase).toBe('dual_write');
    await library.backfill();
    await library.advance('pg_read');
    expect((await library.version1.report()).phase).toBe('pg_read');
  });

  it('names no more than a refusal can hold, and counts all', async () => {
    await plantBooks(300);
    await library.backfill();
    await library.database.query('DELETE FROM library.books');
    const refusal = library.advance('pg_read').catch((error: unknown) => error);
    expect(await refusal).toMatchObject({ metadata: { drifted: '300' } });
    expect(((await refusal) as { metadata: { keys: string } }).metadata.keys.split(' ')).toHaveLength(100);
  });

  it('names keys of any length and script in a refusal that fits into the trailers of an answer', async () => {
    await library.backfill('ann');
    for (let number = 0; number < 100; number += 1) await stores.version1.set(`${'鍵'.repeat(5000)}${number}`, 'x');
    const refusal = (await library.advance('pg_read').catch((error: unknown) => error)) as StatusError;
    expect(refusal.message).toMatch(/such as 鍵+…\./);
    expect(encodeURIComponent(refusal.message).length).toBeLessThan(2000);
    expect(Buffer.byteLength(JSON.stringify(refusal.metadata))).toBeLessThan(4200);
  });

  it('opens one phase at a time, and again without harm', async () => {
    await library.backfill('ann');
    await expect(library.advance('complete')).rejects.toMatchObject({ reason: 'NOT_THE_NEXT_PHASE' });
    await library.advance('pg_read');
    await library.advance('pg_read');
    await expect(library.advance('complete', { confirm: true })).rejects.toMatchObject({
      reason: 'NOT_THE_NEXT_PHASE',
    });
    await library.advance('complete');
    await library.advance('pg_read');
    expect(await library.version1.report()).toMatchObject({ phase: 'complete', confirmed: false });
    await expect(library.rollback('dual_write')).rejects.toMatchObject({ reason: 'NOT_THE_PHASE_BEFORE' });
    await library.advance('complete', { confirm: true });
    await library.advance('complete', { confirm: true });
    expect(await library.version1.report()).toMatchObject({ phase: 'complete', confirmed: true });
  });

  it('is not fooled by writes that go on, and none of them is lost on the way', async () => {
    await plantBooks(300);
    await library.backfill();
    const writer = await stores.open();
    let written = 0;
    let isOver = false;
    const writing = (async () => {
      for (; !isOver; written += 1) await writer.write(String(written % 300), `Title ${written}`);
    })();
    await library.advance('pg_read');
    await library.advance('complete');
    const atComplete = written;
    isOver = true;
    await writing;
    expect(atComplete).toBeGreaterThan(10);
    expect(await library.drift()).toEqual([]);
    await library.rollback('pg_read');
    await library.advance('complete');
    expect(await library.drift()).toEqual([]);
  });

  it('records who went through it', async () => {
    await library.backfill('ann');
    await library.advance('pg_read');
    await library.rollback('dual_write');
    const rows = await library.database.query<{ payload: object }>(
      'SELECT payload FROM library.outbox ORDER BY created_at',
    );
    expect(rows.map(({ payload }) => payload)).toMatchObject([
      { type: 'migration_advanced', userId: 'admin', details: { from: 'dual_write', to: 'pg_read' } },
      { type: 'migration_rolled_back', userId: 'admin', details: { from: 'pg_read', to: 'dual_write' } },
    ]);
  });
});
