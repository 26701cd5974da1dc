import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../src/testing/temporary-directory.ts';
import { isRunning } from './is-running.ts';

const password = 'embedded-postgres-test';

let directory: TemporaryDirectory;

beforeAll(async () => {
  directory = await temporaryDirectory();
});

afterAll(() => directory[Symbol.asyncDispose]());

const start = () => startEmbeddedPostgres({ directory: join(directory.path, 'postgres'), password });
const pidFile = () => join(directory.path, 'postgres', '18', 'postmaster.pid');

async function query(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows[0]?.[0];
  } finally {
    await client.end();
  }
}

beforeEach(async () => {
  await using postgres = await start();
  await query(postgres.url, 'CREATE TABLE IF NOT EXISTS kept (what text)');
});

test('data is durable and UTF-8, and a stop leaves neither process nor pid file', async () => {
  const postgres = await start();
  expect(await query(postgres.url, 'SHOW fsync')).toBe('on');
  expect(await query(postgres.url, 'SHOW server_encoding')).toBe('UTF8');
  expect(await query(postgres.url, "SELECT upper('élan')")).toBe('ÉLAN');
  await postgres.stop();
  expect(isRunning(postgres.pid)).toBe(false);
  await expect(stat(pidFile())).rejects.toMatchObject({ code: 'ENOENT' });
});

test('it listens on the loopback address alone and asks everybody for the password', async () => {
  await using postgres = await start();
  expect(await query(postgres.url, 'SHOW listen_addresses')).toBe('127.0.0.1');
  expect(await query(postgres.url, 'SHOW unix_socket_directories')).toBe('');
  const stranger = postgres.url.replace(password, 'wrong');
  await expect(query(stranger, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
});

test('a server that was left on the directory is stopped by the next start', async () => {
  await using left: EmbeddedPostgres = await start();
  await using next = await start();
  await left.exited;
  expect(await query(next.url, 'SELECT count(*) FROM kept')).toBe('0');
});

test('a killed server starts again at once', async () => {
  const postgres = await start();
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => undefined);
  await client.connect();
  process.kill(postgres.pid, 'SIGKILL');
  await postgres.exited;
  await using next = await start();
  expect(await query(next.url, 'SELECT count(*) FROM kept')).toBe('0');
});

test('a pid file whose pid went to another process does not stop that process nor the start', async () => {
  const postgres = await start();
  const content = await readFile(pidFile(), 'utf8');
  await postgres.stop();
  await writeFile(pidFile(), content.replace(/^\d+/, String(process.pid)));
  await using next = await start();
  expect(await query(next.url, 'SELECT 1')).toBe(1);
});

test('an interrupted creation is made anew', async () => {
  await using other = await temporaryDirectory();
  const options = { directory: join(other.path, 'postgres'), password };
  await (await startEmbeddedPostgres(options)).stop();
  const cluster = join(other.path, 'postgres', '18');
  await rename(cluster, `${cluster}.unfinished`);
  await using postgres = await startEmbeddedPostgres(options);
  expect(await query(postgres.url, 'SELECT 1')).toBe(1);
});

test('a server that cannot start says why', async () => {
  await using first = await start();
  await using other = await temporaryDirectory();
  const second = startEmbeddedPostgres({ directory: join(other.path, 'postgres'), password, port: first.port });
  await expect(second).rejects.toThrow(/could not bind/);
});
