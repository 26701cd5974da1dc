import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { provisionPostgres } from '../../src/embedded/provision.ts';
import { withClient } from '../../src/embedded/with-client.ts';

const database = `provision_${process.pid}`;
const roles = [
  { name: 'bread_service', password: 'b-1', schemas: ['bread', 'bread_jobs'] },
  { name: 'cheese_service', password: 'c-1', schemas: ['cheese'] },
];

let urls: Record<string, string>;

const query = (role: string, sql: string) => withClient(urls[role] as string, (client) => client.query(sql));
const forbidden = { code: '42501' };

beforeAll(async () => {
  urls = await provisionPostgres(inject('postgresUrl'), database, roles);
  await query('bread_service', 'CREATE TABLE bread.loaf (name text)');
});

afterAll(() =>
  withClient(inject('postgresUrl'), async (client) => {
    await client.query(`DROP DATABASE ${database} WITH (FORCE)`);
    for (const { name } of roles) await client.query(`DROP ROLE ${pg.escapeIdentifier(name)}`);
  }),
);

describe('a role', () => {
  test('owns all of its schemas', async () => {
    await query('bread_service', 'CREATE TABLE bread_jobs.job (); DROP TABLE bread_jobs.job');
  });

  test.each([
    'SELECT * FROM bread.loaf',
    "INSERT INTO bread.loaf VALUES ('x')",
    'DROP TABLE bread.loaf',
    'CREATE TABLE bread.other ()',
    'CREATE TABLE public.other ()',
    'DROP SCHEMA bread CASCADE',
    'GRANT USAGE ON SCHEMA bread TO cheese_service',
  ])('is refused outside its schemas: %s', async (sql) => {
    await expect(query('cheese_service', sql)).rejects.toMatchObject(forbidden);
  });

  test.each([
    'CREATE SCHEMA other',
    'SET ROLE bread_service',
    'CREATE ROLE other',
    'CREATE DATABASE other',
    "SELECT pg_read_file('PG_VERSION')",
  ])('has no power over the server: %s', async (sql) => {
    await expect(query('cheese_service', sql)).rejects.toMatchObject(forbidden);
  });
});

test('nobody connects who was not granted it', async () => {
  const stranger = `stranger_${process.pid}`;
  await withClient(inject('postgresUrl'), (client) => client.query(`CREATE ROLE ${stranger} LOGIN PASSWORD 's'`));
  try {
    const url = new URL(urls.bread_service as string);
    url.username = stranger;
    url.password = 's';
    await expect(withClient(url.href, (client) => client.query('SELECT 1'))).rejects.toMatchObject(forbidden);
  } finally {
    await withClient(inject('postgresUrl'), (client) => client.query(`DROP ROLE ${stranger}`));
  }
});

test('provisioning again, also from several processes at once, keeps the data and changes the passwords', async () => {
  const [bread, cheese] = roles;
  const again = [{ ...bread!, password: 'b-2' }, cheese!];
  await Promise.all([1, 2, 3].map(() => provisionPostgres(inject('postgresUrl'), database, again)));
  await expect(query('bread_service', 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  urls = await provisionPostgres(inject('postgresUrl'), database, roles);
  await query('bread_service', 'SELECT * FROM bread.loaf');
});
