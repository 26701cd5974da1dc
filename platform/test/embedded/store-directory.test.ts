import { lstat, mkdir, readlink, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unprivilegedAccount } from '../../src/embedded/account.ts';
import { startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts';
import { privateDirectory, storeDirectory } from '../../src/embedded/store-directory.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../src/testing/temporary-directory.ts';

let directory: TemporaryDirectory;

beforeAll(async () => {
  directory = await temporaryDirectory();
});

afterAll(() => directory[Symbol.asyncDispose]());

const isRoot = process.getuid?.() === 0;

test('a store directory is ours, and what the store writes is open to its account alone', async () => {
  const account = await unprivilegedAccount(['nobody']);
  const path = await storeDirectory(join(directory.path, 'data', 'store'), account);
  const work = await stat(await privateDirectory(join(path, 'work'), account));
  expect((await stat(path)).uid).toBe(process.getuid?.());
  expect((await stat(path)).mode & 0o066).toBe(0);
  expect(work.uid).toBe(account?.uid ?? process.getuid?.());
  expect(work.mode & 0o777).toBe(0o700);
  expect(await storeDirectory(path, account)).toBe(path);
});

test.skipIf(!isRoot)(
  'where a directory above bars the account, the store is elsewhere and keeps its data',
  async () => {
    const barred = join(directory.path, 'barred');
    await mkdir(barred, { mode: 0o700 });
    const link = join(barred, 'postgres');
    const start = () => startEmbeddedPostgres({ directory: link, password: 'barred' });
    const run = async (sql: string) => {
      await using postgres = await start();
      const client = new pg.Client({ connectionString: postgres.url });
      await client.connect();
      await client.query(sql);
      await client.end();
    };
    try {
      await run('CREATE TABLE kept ()');
      await run('TABLE kept');
      expect((await lstat(link)).isSymbolicLink()).toBe(true);
      expect((await stat(barred)).mode & 0o777).toBe(0o700);
    } finally {
      await rm(await readlink(link), { recursive: true });
    }
  },
);
