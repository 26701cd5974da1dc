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

function plant(id: string, title: string): Promise<unknown> {
  return stores.version1.set(`book:${id}`, JSON.stringify({ title, owner: 'jane' }));
}

async function planted(id: string): Promise<unknown> {
  const text = await stores.version1.get(`book:${id}`);
  return text === null ? undefined : JSON.parse(text).title;
}

async function restart(): Promise<void> {
  await server.crash();
  await vi.waitUntil(async () => (await library.version1.report()).connection === 'down');
  await server.restart();
  await vi.waitUntil(async () => (await library.version1.report()).connection === 'up', { timeout: 10_000 });
}

describe('a version 1 that comes back from an old dump', () => {
  it('undoes no write that was acknowledged since', async () => {
    await plant('emma', 'Emma');
    await library.title('emma');
    await stores.version1.save();
    await library.write('emma', 'Emma II');
    expect(await planted('emma')).toBe('Emma II');
    await restart();
    expect(await planted('emma')).toBe('Emma');
    expect(await library.title('emma')).toBe('Emma II');
    await vi.waitUntil(async () => (await planted('emma')) === 'Emma II', { timeout: 5000 });
    expect(await library.drift()).toEqual([]);
  });

  it('undoes nothing that version 1 wrote since and that was read here', async () => {
    await plant('emma', 'Emma');
    await library.title('emma');
    await stores.version1.save();
    await plant('emma', 'Emma II');
    expect(await library.title('emma')).toBe('Emma II');
    await restart();
    expect(await library.title('emma')).toBe('Emma II');
  });

  it('is brought up to date by a backfill', async () => {
    for (const id of ['emma', 'persuasion', 'sanditon']) await library.write(id, 'first');
    await library.backfill('ann');
    await stores.version1.save();
    await library.write('emma', 'second');
    await library.remove('sanditon');
    await library.advance('pg_read');
    await restart();
    const faults = (await library.drift()).map(({ key, fault }) => `${key} ${fault}`);
    expect(faults.sort()).toEqual(['book:emma differs', 'book:sanditon deleted']);
    expect(await library.backfill()).toMatchObject({ imported: 0, unchanged: 1, superseded: 2 });
    expect(await library.title('emma')).toBe('second');
    await vi.waitUntil(async () => (await planted('emma')) === 'second', { timeout: 5000 });
    await vi.waitUntil(async () => (await planted('sanditon')) === undefined, { timeout: 5000 });
    expect(await library.drift()).toEqual([]);
  });
});

it('version 1 may go back to what it held before, as long as it does so itself', async () => {
  for (const title of ['Emma', 'Emma II', 'Emma']) {
    await plant('emma', title);
    expect(await library.title('emma')).toBe(title);
  }
});

it('a walk over the keys does not go on in another Redis process', async () => {
  for (let number = 0; number < 1200; number += 1) await plant(String(number), `Book ${number}`);
  await stores.version1.save();
  const { signal } = new AbortController();
  const walks = [
    library.migration.backfill.run({ defaultOwnerId: 'ann', signal }),
    library.migration.verifier.run(signal),
  ];
  for (const walk of walks) await walk.next();
  await restart();
  for (const walk of walks) {
    const rest = (async () => {
      while (!(await walk.next()).done);
    })();
    await expect(rest).rejects.toMatchObject({ reason: 'VERSION1_UNAVAILABLE' });
  }
});
