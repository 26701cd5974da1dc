import pg from 'pg';
import { withClient } from './with-client.ts';

/** A PostgreSQL role for one service, and the schemas that it owns. */
export interface ServiceRole {
  name: string;
  password: string;
  schemas: readonly string[];
}

/** Any constant will do, as long as everybody who provisions takes the same. Roles belong to the whole server. */
const LOCK_ID = 7_011_200_118;

/**
 * Creates the database and, in it, a role for each service that owns its schemas and may touch nothing else.
 *
 * A role may connect and may not create schemas, so migrations find theirs made. Running it again changes nothing but
 * the passwords, which become those given. Safe to run from several processes at once.
 *
 * @param adminUrl a superuser's URL; the database in it is where the new database is created from.
 * @returns the URL of each role, by its name.
 */
export async function provisionPostgres(
  adminUrl: string,
  database: string,
  roles: readonly ServiceRole[],
): Promise<Record<string, string>> {
  await withClient(adminUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_ID]);
    for (const role of roles) await provisionRole(client, role);
    await createDatabase(client, database);
    // Nobody connects without being granted it by name.
    await client.query(`REVOKE ALL ON DATABASE ${id(database)} FROM PUBLIC`);
    for (const { name } of roles) await client.query(`GRANT CONNECT ON DATABASE ${id(database)} TO ${id(name)}`);
    await withClient(urlOf(adminUrl, { database }), (inside) => provisionSchemas(inside, roles));
  });
  return Object.fromEntries(
    roles.map(({ name, password }) => [name, urlOf(adminUrl, { database, user: name, password })]),
  );
}

async function provisionRole(client: pg.Client, { name, password }: ServiceRole): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  const statement = rowCount === 0 ? 'CREATE' : 'ALTER';
  await client.query(
    `${statement} ROLE ${id(name)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
     PASSWORD ${pg.escapeLiteral(password)}`,
  );
}

async function createDatabase(client: pg.Client, name: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${id(name)}`);
}

async function provisionSchemas(client: pg.Client, roles: readonly ServiceRole[]): Promise<void> {
  await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
  for (const { name, schemas } of roles) {
    for (const schema of schemas) {
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${id(schema)} AUTHORIZATION ${id(name)}`);
    }
  }
}

/** The same server's URL with another database, and with other credentials where given. */
export function urlOf(url: string, to: { database: string; user?: string; password?: string }): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(to.database)}`;
  if (to.user !== undefined) changed.username = to.user;
  if (to.password !== undefined) changed.password = to.password;
  return changed.href;
}

function id(name: string): string {
  return pg.escapeIdentifier(name);
}
