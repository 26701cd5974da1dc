import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { provisionPostgres, type ServiceRole, urlOf } from '../embedded/provision.ts';
import { withClient } from '../embedded/with-client.ts';

/** Every service's schema holds the platform's tables too. */
const platformMigrations = new URL('../../migrations/', import.meta.url);

export interface TestDatabaseOptions {
  /** The service's role and its schemas, as the product has them. */
  role: Omit<ServiceRole, 'password'>;
  /** The directory of the service's migrations: a change in it makes a new template. */
  migrations: URL;
  /** Brings an empty database up to date, connected as the service's role; leaves no connection open. */
  migrate: (databaseUrl: string) => Promise<void>;
}

export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  /** Connects as the service's role, with the rights it has in the product. */
  readonly url: string;
  /** Connects as superuser, for what a test must see or break from outside. */
  readonly adminUrl: string;
}

/**
 * A migrated database of the caller's own, dropped when it is disposed of.
 *
 * It is a copy of a template that the first caller of the run migrates, so it costs a file copy and not a migration.
 */
export async function createTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  const role = { ...options.role, password: passwordOf(serverUrl, options.role.name) };
  const template = await migratedTemplate(serverUrl, role, options);
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await withClient(serverUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  // A copy takes over what is in the database, but not the grants on the database itself.
  const urls = await provisionPostgres(serverUrl, name, [role]);
  return {
    name,
    url: urls[role.name] as string,
    adminUrl: urlOf(serverUrl, { database: name }),
    [Symbol.asyncDispose]: async () => {
      await withClient(serverUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

async function migratedTemplate(serverUrl: string, role: ServiceRole, options: TestDatabaseOptions): Promise<string> {
  const name = `template_${await digestOf(role, options.migrations)}`;
  await withClient(serverUrl, async (client) => {
    // Test files start together: one makes the template, the others wait for it.
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount !== 0) return;
    const unfinished = `${name}_unfinished`;
    await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
    const urls = await provisionPostgres(serverUrl, unfinished, [role]);
    await options.migrate(urls[role.name] as string);
    await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
  });
  return name;
}

async function digestOf(role: ServiceRole, migrations: URL): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([role.name, role.schemas]));
  for (const directory of [fileURLToPath(platformMigrations), fileURLToPath(migrations)]) {
    for (const file of (await readdir(directory)).sort()) {
      hash.update(file).update(await readFile(join(directory, file)));
    }
  }
  return hash.digest('hex').slice(0, 32);
}

/** Roles belong to the server and not to a database, so every test file must give a role the same password. */
export function passwordOf(serverUrl: string, role: string): string {
  return createHash('sha256')
    .update(`${new URL(serverUrl).password}/${role}`)
    .digest('base64url');
}
