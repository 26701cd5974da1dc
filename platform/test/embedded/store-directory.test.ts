import { lstat, mkdir, readlink, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unprivilegedAccount } from '../../src/embedded/account.ts';
import { startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts';
import { storeDirectory } from '../../src/embedded/store-directory.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../src/testing/temporary-directory.ts';

let directory: TemporaryDirectory;

beforeAll(async () => {
  directory = await temporaryDirectory();
});

afterAll(() => directory[Symbol.asyncDispose]());

const isRoot = process.getuid?.() === 0;

test('a store directory is entered by its owner alone', async () => {
  const account = await unprivilegedAccount(['nobody']);
  const path = await storeDirectory(join(directory.path, 'data', 'store'), account);
  const { mode, uid } = await stat(path);
  expect(mode & 0o777).toBe(0o700);
  expect(uid).toBe(account?.uid ?? process.getuid?.());
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
