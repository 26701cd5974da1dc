import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { Database } from '../../src/pg/database.ts';
import { migrate } from '../../src/pg/migrate.ts';
import { DatabaseReadiness, requireMigrated } from '../../src/pg/readiness.ts';
import { shelf, silentLogger } from '../shelf/shelf-stores.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

const directory = fileURLToPath(shelf.migrations);
let databaseUrl: string;

/** A database that knows nothing of us yet, with a user that may do everything, as somebody else's PostgreSQL is. */
beforeAll(async () => {
  const serverUrl = inject('postgresUrl');
  const name = `empty_${process.pid}_${Date.now()}`;
  await asAdmin(serverUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  stack.defer(async () => {
    await asAdmin(serverUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
  });
  const url = new URL(serverUrl);
  url.pathname = name;
  databaseUrl = url.href;
});

async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function openDatabase(schema: string): Promise<Database> {
  return new Database({ url: databaseUrl, applicationName: 'migrate', schema, logger: silentLogger });
}

it('works from several places at the same time, on a database without the schema', async () => {
  for (const schema of ['first', 'second', 'third']) {
    const start = () => migrate({ databaseUrl, schema, directory: directory, lockValue: 77, logger: silentLogger });
    await Promise.all(Array.from({ length: 8 }, start));
    await using database = await openDatabase(schema);
    await requireMigrated(database, schema, directory);
    expect(await database.query(`SELECT name FROM ${schema}.migrations`)).toEqual([{ name: '0001_books' }]);
  }
});

it('gives way to who uses a table, and is done once they have ended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  stack.defer(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, '0001_shelves.sql'), '-- Up Migration\nCREATE TABLE shelves (id text);\n');
  const options = { databaseUrl, schema: 'busy', directory: folder, lockValue: 78, logger: silentLogger };
  await migrate(options);
  await writeFile(join(folder, '0002_sizes.sql'), '-- Up Migration\nALTER TABLE shelves ADD COLUMN size integer;\n');
  await asAdmin(databaseUrl, async (user) => {
    await user.query('BEGIN');
    await user.query('SELECT FROM busy.shelves');
    const migrating = migrate({ ...options, lockTimeoutMs: 100 });
    await vi.waitUntil(() => asAdmin(databaseUrl, isWaitingForLock), { timeout: 10_000 });
    // Readers that come later are held up no longer than the lock timeout.
    await asAdmin(databaseUrl, (reader) => reader.query('SELECT FROM busy.shelves'));
    await user.query('COMMIT');
    await migrating;
    await user.query('SELECT size FROM busy.shelves');
  });
});

async function isWaitingForLock(client: pg.Client): Promise<boolean> {
  return (await client.query("SELECT FROM pg_locks WHERE NOT granted AND locktype = 'relation'")).rowCount !== 0;
}

describe('a schema that is not up to date', () => {
  const outdated = 'outdated';

  it('keeps the process from serving, and says what to do', async () => {
    await using database = await openDatabase('absent');
    const refused = requireMigrated(database, 'absent', directory);
    await expect(refused).rejects.toThrow(/absent lacks .*0001_coherent_cache.*0001_books.*npm run migrate/);
  });

  it('is noticed also when it is the platform that moved on', async () => {
    await migrate({ databaseUrl, schema: outdated, directory, lockValue: 78, logger: silentLogger });
    await using database = await openDatabase(outdated);
    await database.query(`DELETE FROM ${outdated}.platform_migrations WHERE name = '0002_outbox'`);
    await expect(requireMigrated(database, outdated, directory)).rejects.toThrow(/lacks the migrations 0002_outbox:/);
  });

  it('stays as it was when one of its migrations fails', async () => {
    const broken = await mkdtemp(join(tmpdir(), 'migrations-'));
    stack.defer(() => rm(broken, { recursive: true }));
    await writeFile(join(broken, '0001_good.sql'), '-- Up Migration\nCREATE TABLE good ();\n');
    await writeFile(join(broken, '0002_bad.sql'), '-- Up Migration\nCREATE TABLE good ();\n');
    const options = { databaseUrl, schema: 'broken', directory: broken, lockValue: 79, logger: silentLogger };
    await expect(migrate(options)).rejects.toMatchObject({ code: '42P07' });
    await using database = await openDatabase('broken');
    expect(await database.query(`SELECT to_regclass('broken.good') AS good`)).toEqual([{ good: null }]);
  });
});

it('a process is ready as long as its database answers', async () => {
  await using database = await openDatabase('public');
  expect(await new DatabaseReadiness(database).isReady()).toBe(true);
  await using unreachable = new Database({
    url: 'postgres://nobody@127.0.0.1:9/none',
    applicationName: 'readiness',
    schema: 'public',
    logger: silentLogger,
  });
  expect(await new DatabaseReadiness(unreachable).isReady()).toBe(false);
});
