import { provisionPostgres } from '@contract-reviewer/platform/embedded/provision';
import { withClient } from '@contract-reviewer/platform/embedded/with-client';
import { startRedis, type TestRedis } from '@contract-reviewer/platform/testing/test-redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type ProcessName, processNames, type ServiceName, serviceNames } from '../../stack/process-names.ts';
import { storeAccess } from '../../stack/store-access.ts';

describe('in PostgreSQL', () => {
  const database = `store_access_${process.pid}`;
  // Roles belong to the whole server, which other tests use too.
  const roleOf = (name: ServiceName) => `${storeAccess[name].postgres.name}_${process.pid}`;
  let urls: Record<string, string>;

  const query = (role: string, sql: string) => withClient(urls[role] as string, (client) => client.query(sql));

  beforeAll(async () => {
    const roles = serviceNames.map((name) => ({ ...storeAccess[name].postgres, name: roleOf(name), password: name }));
    urls = await provisionPostgres(inject('postgresUrl'), database, roles);
    for (const name of serviceNames) {
      for (const schema of storeAccess[name].postgres.schemas) {
        await query(roleOf(name), `CREATE TABLE ${schema}.secret (id int)`);
      }
    }
  });

  afterAll(() =>
    withClient(inject('postgresUrl'), async (client) => {
      await client.query(`DROP DATABASE ${database} WITH (FORCE)`);
      for (const name of serviceNames) await client.query(`DROP ROLE ${roleOf(name)}`);
    }),
  );

  const schemasOf = (names: readonly ServiceName[]) => names.flatMap((name) => storeAccess[name].postgres.schemas);

  describe.each(serviceNames)('%s', (name) => {
    test.each(schemasOf([name]))('uses %s', async (schema) => {
      await query(roleOf(name), `INSERT INTO ${schema}.secret VALUES (1)`);
    });

    test.each(schemasOf(serviceNames.filter((other) => other !== name)))('is refused on %s', async (schema) => {
      const denied = { code: '42501' };
      await expect(query(roleOf(name), `SELECT * FROM ${schema}.secret`)).rejects.toMatchObject(denied);
      await expect(query(roleOf(name), `DELETE FROM ${schema}.secret`)).rejects.toMatchObject(denied);
    });
  });
});

describe('in Redis', () => {
  let server: TestRedis;
  const clients = new Map<string, Redis>();

  beforeAll(async () => {
    server = await startRedis(processNames.map((name) => storeAccess[name].redis));
    for (const name of processNames) clients.set(name, new Redis(server.url(storeAccess[name].redis.name)));
  });

  afterAll(async () => {
    for (const client of clients.values()) client.disconnect();
    await server[Symbol.asyncDispose]();
  });

  const patternsOf = (names: readonly ProcessName[]) => names.flatMap((name) => storeAccess[name].redis.keys);
  const client = (name: ProcessName) => clients.get(name) as Redis;

  describe.each(processNames)('%s', (name) => {
    test.each(patternsOf([name]))('uses %s and its sidecars', async (pattern) => {
      const key = pattern.replace('*', '1');
      expect(await client(name).set(key, 'x', 'PX', 1_000)).toBe('OK');
      expect(await client(name).set(`${key}:lease`, 'x', 'PX', 1_000)).toBe('OK');
    });

    test.each(patternsOf(processNames.filter((other) => other !== name)))('is refused on %s', async (pattern) => {
      const key = pattern.replace('*', '1');
      await expect(client(name).get(key)).rejects.toThrow(/NOPERM/);
      await expect(client(name).set(key, 'x')).rejects.toThrow(/NOPERM/);
    });
  });
});
