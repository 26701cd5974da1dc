import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { TestRedis } from '../../src/testing/test-redis.ts';
import { type Library, type LibraryStores, openStores, startLibraryRedis } from './library.ts';

let server: TestRedis;
let stores: LibraryStores;
let library: Library;

beforeAll(async () => {
  server = await startLibraryRedis({ maxMemory: '512mb' });
});
afterAll(() => server[Symbol.asyncDispose]());

beforeEach(async () => {
  stores = await openStores(server);
  library = await stores.open();
});
afterEach(() => stores[Symbol.asyncDispose]());

it('the phase changes while writes never pause, in this process and another', { timeout: 120_000 }, async () => {
  await library.backfill('ann');
  const other = await stores.open();
  let isOver = false;
  const failures: unknown[] = [];
  let written = 0;
  const writing = Array.from({ length: 24 }, async (_, number) => {
    const writer = number % 2 === 0 ? library : other;
    for (let round = 0; !isOver; round += 1) {
      await writer.write(String(number), `Title ${round}`).then(
        () => (written += 1),
        (error: unknown) => failures.push(error),
      );
      // Of so many writers, some write at any moment; more would only keep the processor from the other tests.
      await sleep(10);
    }
  });
  try {
    await library.advance('pg_read');
    await library.advance('complete');
    await library.rollback('pg_read');
    await library.rollback('dual_write');
  } finally {
    isOver = true;
    await Promise.all(writing);
  }
  expect(failures).toEqual([]);
  expect(written).toBeGreaterThan(24);
  await vi.waitUntil(async () => (await library.version1.report()).pendingCount === 0, { timeout: 10_000 });
  expect(await library.drift()).toEqual([]);
});

it('a value that no answer could hold is set aside, and keeps nobody waiting', { timeout: 60_000 }, async () => {
  const huge = JSON.stringify({ title: 'T'.repeat(33 * 1024 * 1024), owner: 'jane' });
  await stores.version1.set('book:huge', huge);
  await stores.version1.set('book:emma', JSON.stringify({ title: 'Emma', owner: 'jane' }));
  for (let round = 0; round < 5; round += 1) {
    expect(await library.title('huge')).toBeUndefined();
    await stores.version1.set('book:emma', JSON.stringify({ title: `Emma ${round}`, owner: 'jane' }));
    expect(await library.title('emma')).toBe(`Emma ${round}`);
  }
  expect(await library.backfill('ann')).toMatchObject({ setAside: 1 });
  const { entries } = await library.version1.listSetAside({ limit: 10, offset: 0 });
  expect(entries).toMatchObject([{ key: 'book:huge', reason: 'too_large', sizeBytes: Buffer.byteLength(huge) }]);
  expect(await library.drift()).toEqual([]);
});

it('large values that version 1 missed reach it when it is back', { timeout: 120_000 }, async () => {
  const title = 'T'.repeat(4 * 1024 * 1024);
  await server.stop();
  for (let number = 0; number < 16; number += 1) await library.write(String(number), title);
  await server.restart();
  await vi.waitUntil(async () => (await library.version1.report()).pendingCount === 0, { timeout: 60_000 });
  expect(await stores.version1.dbsize()).toBe(16);
});
