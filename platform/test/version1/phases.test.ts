import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TestRedis } from '../../src/testing/test-redis.ts';
import { type Library, type LibraryStores, openStores, startLibraryRedis } from './library.ts';

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

function plant(id: string, book: object): Promise<unknown> {
  return stores.version1.set(`book:${id}`, JSON.stringify(book), 'PX', 86_400_000);
}

async function planted(id: string): Promise<Record<string, unknown> | undefined> {
  const text = await stores.version1.get(`book:${id}`);
  return text === null ? undefined : JSON.parse(text);
}

/** Resolves once readers have followed. */
async function reach(phase: 'pg_read' | 'complete'): Promise<void> {
  await library.backfill('somebody');
  await library.advance('pg_read');
  if (phase === 'complete') await library.advance('complete');
}

describe('in dual_write', () => {
  it('a process that starts with version 1 begins the move, however often and wherever that happens', async () => {
    await Promise.all([stores.open(), stores.open()]);
    expect(await library.version1.report()).toMatchObject({ phase: 'dual_write', confirmed: false, migrates: true });
  });

  it('what version 1 writes is imported before it is told', async () => {
    await plant('emma', { title: 'Emma', owner: 'jane', year: 1815 });
    expect(await library.title('emma')).toBe('Emma');
    await plant('emma', { title: 'Emma, revised', owner: 'jane' });
    expect(await library.title('emma')).toBe('Emma, revised');
    await stores.version1.del('book:emma');
    expect(await library.title('emma')).toBe('Emma, revised');
  });

  it('what a pointer names is imported before the pointer', async () => {
    await plant('emma', { title: 'Emma', owner: 'jane' });
    await stores.version1.set('favourite:ann', 'emma');
    expect(await library.favourite('ann')).toBe('emma');
    expect(await library.version1.listSetAside({ limit: 10, offset: 0 })).toMatchObject({ totalCount: 0 });
  });

  it('what is written here is in version 1 when the write is acknowledged, for thirty days', async () => {
    await library.write('persuasion', 'Persuasion');
    expect(await planted('persuasion')).toEqual({ title: 'Persuasion', owner: 'native' });
    expect(await stores.version1.pttl('book:persuasion')).toBeGreaterThan(29 * 86_400_000);
  });

  it('a change here keeps what version 1 knew besides', async () => {
    await plant('emma', { title: 'Emma', owner: 'jane', year: 1815 });
    await library.title('emma');
    await library.write('emma', 'Emma II');
    expect(await planted('emma')).toEqual({ title: 'Emma II', owner: 'jane', year: 1815 });
    expect(await library.title('emma')).toBe('Emma II');
  });

  it('what is deleted here is gone from version 1 and is never imported again', async () => {
    await plant('emma', { title: 'Emma', owner: 'jane' });
    await library.title('emma');
    await library.remove('emma');
    expect(await planted('emma')).toBeUndefined();
    await plant('emma', { title: 'Emma', owner: 'jane' });
    expect(await library.title('emma')).toBeUndefined();
    expect(await library.drift()).toEqual([{ family: 'book', key: 'book:emma', fault: 'deleted' }]);
    expect(await library.backfill()).toMatchObject({ superseded: 1, imported: 0 });
    expect(await library.title('emma')).toBeUndefined();
    await vi.waitUntil(async () => (await planted('emma')) === undefined, { timeout: 5000 });
    expect(await library.drift()).toEqual([]);
  });

  it('what version 1 wrote and nobody saw is kept when it is overwritten', async () => {
    await plant('emma', { title: 'Emma', owner: 'jane' });
    await library.title('emma');
    await plant('emma', { title: 'Unseen', owner: 'jane' });
    await library.write('emma', 'Emma II');
    const { entries } = await library.version1.listSetAside({ limit: 10, offset: 0 });
    expect(entries).toMatchObject([{ key: 'book:emma', reason: 'overwritten', redisType: 'string' }]);
  });

  it('what was overwritten once and is there again differs from what is here', async () => {
    await plant('emma', { title: 'Emma', owner: 'jane' });
    await library.title('emma');
    await plant('emma', { title: 'Unseen', owner: 'jane' });
    await library.write('emma', 'Emma II');
    await plant('emma', { title: 'Unseen', owner: 'jane' });
    expect(await library.drift()).toEqual([{ family: 'book', key: 'book:emma', fault: 'differs' }]);
  });

  it('reads and writes go on while version 1 is down, and its keys follow when it is back', async () => {
    await library.write('emma', 'Emma');
    await server.stop();
    await library.write('emma', 'Emma II');
    await library.write('persuasion', 'Persuasion');
    expect(await library.title('emma')).toBe('Emma II');
    expect((await library.version1.report()).pendingCount).toBe(2);
    await server.restart();
    await vi.waitUntil(async () => (await library.version1.report()).pendingCount === 0, { timeout: 10_000 });
    expect(await planted('emma')).toMatchObject({ title: 'Emma II' });
    expect(await planted('persuasion')).toMatchObject({ title: 'Persuasion' });
  });

  it('a version 1 that hangs delays neither reads nor writes for long', async () => {
    await library.write('emma', 'Emma');
    server.pause();
    try {
      const startedAt = performance.now();
      await library.write('emma', 'Emma II');
      expect(await library.title('emma')).toBe('Emma II');
      expect(performance.now() - startedAt).toBeLessThan(2000);
    } finally {
      server.resume();
    }
    await vi.waitUntil(async () => (await planted('emma'))?.title === 'Emma II', { timeout: 10_000 });
  });

  it('what version 1 still holds of an earlier state does not undo a write that it does not know yet', async () => {
    await plant('emma', { title: 'Emma', owner: 'jane' });
    await library.title('emma');
    await server.stop();
    await library.write('emma', 'Emma II');
    await server.restart();
    await plant('emma', { title: 'Emma', owner: 'jane' });
    expect(await library.title('emma')).toBe('Emma II');
    await vi.waitUntil(async () => (await planted('emma'))?.title === 'Emma II', { timeout: 10_000 });
  });
});

describe('in pg_read', () => {
  it('version 1 is written, and not read', async () => {
    await plant('emma', { title: 'Emma', owner: 'jane' });
    await reach('pg_read');
    await plant('emma', { title: 'Too late', owner: 'jane' });
    expect(await library.title('emma')).toBe('Emma');
    await library.write('persuasion', 'Persuasion');
    expect(await planted('persuasion')).toMatchObject({ title: 'Persuasion' });
  });

  it('other processes follow without a restart', async () => {
    const other = await stores.open();
    await reach('pg_read');
    await plant('emma', { title: 'Emma', owner: 'jane' });
    await vi.waitUntil(async () => (await other.version1.report()).phase === 'pg_read', { timeout: 10_000 });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await other.title('emma')).toBeUndefined();
  });

  it('the way back leads to dual_write', async () => {
    await reach('pg_read');
    await library.rollback('dual_write');
    await plant('emma', { title: 'Emma', owner: 'jane' });
    expect(await library.title('emma')).toBe('Emma');
  });
});

describe('once it is complete', () => {
  it('nothing is written to version 1, and the way back brings it there', async () => {
    await plant('emma', { title: 'Emma', owner: 'jane' });
    await reach('complete');
    await library.write('persuasion', 'Persuasion');
    await library.write('persuasion', 'Persuasion II');
    await library.remove('emma');
    expect(await planted('persuasion')).toBeUndefined();
    expect(await planted('emma')).toBeDefined();
    expect((await library.version1.report()).pendingCount).toBe(2);

    await library.rollback('pg_read');
    await vi.waitUntil(async () => (await planted('persuasion'))?.title === 'Persuasion II', { timeout: 5000 });
    expect(await planted('emma')).toBeUndefined();
    expect((await library.version1.report()).pendingCount).toBe(0);
  });

  it('and confirmed, there is no way back and nothing is noted down', async () => {
    await reach('complete');
    await library.write('emma', 'Emma');
    await library.advance('complete', { confirm: true });
    await library.write('emma', 'Emma II');
    expect(await library.version1.report()).toMatchObject({ confirmed: true, pendingCount: 0, connection: 'none' });
    await expect(library.rollback('pg_read')).rejects.toMatchObject({ reason: 'MIGRATION_IS_CONFIRMED' });
  });

  it('and confirmed, it costs nothing any more', async () => {
    await reach('complete');
    await library.advance('complete', { confirm: true });
    await expectNoCost(library);
  });

  it('a process needs version 1 until it is confirmed, and not after that', async () => {
    await reach('complete');
    await expect(stores.open({ url: undefined })).rejects.toThrow(/V1_REDIS_URL/);
    await library.advance('complete', { confirm: true });
    const other = await stores.open({ url: undefined });
    await other.write('emma', 'Emma');
    const third = await stores.open();
    expect(await third.version1.report()).toMatchObject({ phase: 'complete', confirmed: true });
  });
});

describe('where there was no version 1', () => {
  it('the move costs nothing', async () => {
    await using own = await openStores(server);
    const fresh = await own.open({ url: undefined });
    expect(await fresh.version1.report()).toMatchObject({ phase: 'complete', confirmed: true, migrates: false });
    await expectNoCost(fresh);
  });
});

/** Whoever touched the tables of the move would wait for the lock on them. */
async function expectNoCost({ database, ...rest }: Library): Promise<void> {
  const tables = ['state', 'keys', 'past', 'pending', 'deleted'].map((table) => `library.version1_${table}`);
  await database.transaction(async (transaction) => {
    await transaction.query(`LOCK TABLE ${tables.join(', ')} IN ACCESS EXCLUSIVE MODE`);
    const { version1 } = rest;
    await version1.writes.transaction(['book:emma'], async (tracked) => {
      await tracked.query("INSERT INTO library.books VALUES ('cheap', 'Cheap', 'native')");
      await tracked.bury('book:emma');
    });
    await version1.reads.refresh('book:emma');
  });
}
