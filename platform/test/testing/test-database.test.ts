import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../src/testing/test-database.ts';

let migrations: URL;
let migrated = 0;

const options = () => ({
  role: { name: 'shelf_service', schemas: ['shelf'] },
  migrations,
  migrate: async (url: string) => {
    migrated += 1;
    await query(url, 'CREATE TABLE shelf.book (title text)');
  },
});

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'migrations-'));
  await writeFile(join(directory, '0001_book.sql'), `-- ${directory}`);
  migrations = pathToFileURL(`${directory}/`);
});

afterAll(() => rm(migrations, { recursive: true }));

test('databases of one schema are migrated once and are apart from each other', async () => {
  const [first, second] = await Promise.all([createTestDatabase(options()), createTestDatabase(options())]);
  await using _first = first;
  await using _second = second;
  expect(migrated).toBe(1);
  await query(first.url, "INSERT INTO shelf.book VALUES ('one')");
  expect(await query(first.url, 'SELECT title FROM shelf.book')).toEqual([{ title: 'one' }]);
  expect(await query(second.url, 'SELECT title FROM shelf.book')).toEqual([]);
});

test('the url connects with the rights of the service and no more', async () => {
  await using database = await createTestDatabase(options());
  await expect(query(database.url, 'CREATE ROLE other')).rejects.toMatchObject({ code: '42501' });
  await expect(query(database.url, 'CREATE TABLE public.other ()')).rejects.toMatchObject({ code: '42501' });
});

test('a database is gone when it is disposed of, open connections or not', async () => {
  const database = await createTestDatabase(options());
  const client = new pg.Client({ connectionString: database.url });
  client.on('error', () => undefined);
  await client.connect();
  await database[Symbol.asyncDispose]();
  await expect(query(database.adminUrl, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
  await client.end();
});
