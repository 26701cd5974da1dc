import { readdir } from 'node:fs/promises';
import { migrationSets } from '@contract-reviewer/platform/pg/migration-sets';
import pg from 'pg';
import type { ServiceName } from '../../stack/process-names.ts';
import { storeAccess } from '../../stack/store-access.ts';
import { type Finding, fault, ok, warning } from '../finding.ts';
import { skewFinding } from './clock.ts';

const connectTimeoutMs = 5000;
const oldestMajorVersion = 15;

export interface PostgresCheck {
  service: ServiceName;
  url: string;
  /** The directory of the service's migrations. */
  migrations: string;
  now: () => number;
}

/** The PostgreSQL server of one service, as its role sees it. */
export async function checkPostgres({ service, url, migrations, now }: PostgresCheck): Promise<Finding[]> {
  const subject = `postgresql ${service}`;
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: connectTimeoutMs,
  });
  // A server that goes away between two queries must not end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    return [unreachable(subject, url, error as NodeJS.ErrnoException)];
  }
  try {
    const server = await checkServer(client, subject, now);
    if (server.some(({ level }) => level === 'fault')) return server;
    const schemas = await checkSchemas(client, subject, storeAccess[service].postgres.schemas);
    if (schemas.some(({ level }) => level === 'fault')) return [...server, ...schemas];
    return [...server, ...schemas, await checkMigrations(client, subject, service, migrations)];
  } catch (error) {
    const message = `The server does not answer as it should: ${(error as Error).message}.`;
    return [fault(subject, message, 'Look into the log of the PostgreSQL server.')];
  } finally {
    await client.end().catch(() => undefined);
  }
}

function unreachable(subject: string, url: string, { code = '', message }: NodeJS.ErrnoException): Finding {
  const { host, pathname, username } = new URL(url);
  switch (code) {
    case '28P01':
    case '28000':
      return fault(
        subject,
        `${host} does not let ${username} in.`,
        'Correct the user and the password in the DATABASE_URL.',
      );
    case '3D000':
      return fault(subject, `${host} has no database ${pathname.slice(1)}.`, 'Create it, or correct the DATABASE_URL.');
    case '53300':
      return fault(
        subject,
        `${host} has no connection left.`,
        'Raise max_connections, or lower DATABASE_MAX_CONNECTIONS.',
      );
    case 'ENOTFOUND':
      return fault(subject, `There is no host ${host}.`, 'Correct the DATABASE_URL.');
    default:
      return fault(
        subject,
        `${host} cannot be reached (${code || message}).`,
        'Start PostgreSQL, or correct the DATABASE_URL.',
      );
  }
}

async function checkServer(client: pg.Client, subject: string, now: () => number): Promise<Finding[]> {
  const askedAt = now();
  const { rows } = await client.query<{
    version: string;
    number: number;
    standby: boolean;
    read_only: string;
    superuser: boolean;
    at: Date;
  }>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
            pg_is_in_recovery() AS standby, current_setting('default_transaction_read_only') AS read_only,
            (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser, clock_timestamp() AS at`,
  );
  const [server] = rows;
  if (!server) throw new TypeError('a SELECT without FROM has one row');
  const findings = [skewFinding(subject, server.at.getTime(), askedAt, now())];
  const major = Math.floor(server.number / 10_000);
  if (major < oldestMajorVersion) {
    findings.push(
      fault(subject, `This is PostgreSQL ${server.version}.`, `Use version ${oldestMajorVersion} or later.`),
    );
  }
  if (server.standby) {
    findings.push(
      fault(subject, 'This is a standby.', 'Name the primary in the DATABASE_URL: a standby is behind it.'),
    );
  } else if (server.read_only === 'on') {
    const remedy = 'Set default_transaction_read_only to off for the role.';
    findings.push(fault(subject, 'Nothing can be written: transactions are read-only.', remedy));
  }
  if (server.superuser) {
    const remedy = 'Give each service a role that owns its schemas alone.';
    findings.push(warning(subject, 'The service connects as a superuser, who may touch everything.', remedy));
  }
  return [...findings, ok(subject, `PostgreSQL ${server.version}.`)];
}

async function checkSchemas(client: pg.Client, subject: string, schemas: readonly string[]): Promise<Finding[]> {
  const { rows } = await client.query<{ schema: string; usable: boolean | null; creatable: boolean }>(
    `SELECT schema, has_schema_privilege(namespace.oid, 'USAGE, CREATE') AS usable,
            has_database_privilege(current_database(), 'CREATE') AS creatable
       FROM unnest($1::text[]) AS schema LEFT JOIN pg_namespace AS namespace ON nspname = schema`,
    [schemas],
  );
  return rows.flatMap(({ schema, usable, creatable }) => {
    if (usable === false || (usable === null && !creatable)) {
      const why = usable === null ? `There is no schema ${schema}` : `The role may not use the schema ${schema}`;
      const remedy = `As a superuser: CREATE SCHEMA IF NOT EXISTS ${schema}; ALTER SCHEMA ${schema} OWNER TO the role.`;
      return [fault(subject, `${why}, and the role may not change that.`, remedy)];
    }
    return [];
  });
}

async function checkMigrations(
  client: pg.Client,
  subject: string,
  schema: string,
  directory: string,
): Promise<Finding> {
  const missing: string[] = [];
  const unknown: string[] = [];
  for (const set of migrationSets(directory)) {
    const files = (await readdir(set.directory))
      .filter((file) => file.endsWith('.sql'))
      .map((file) => file.slice(0, -4));
    const table = `${schema}.${set.table}`;
    const { rows: found } = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
      table,
    ]);
    const { rows } = found[0]?.there ? await client.query<{ name: string }>(`SELECT name FROM ${table}`) : { rows: [] };
    const applied = new Set(rows.map(({ name }) => name));
    missing.push(...files.filter((name) => !applied.has(name)));
    unknown.push(...[...applied].filter((name) => !files.includes(name)));
  }
  if (unknown.length > 0) {
    const message = `A newer release has migrated the schema ${schema}: ${unknown.join(', ')}.`;
    return fault(subject, message, 'Run that release, or restore a backup from before.');
  }
  if (missing.length > 0) {
    return fault(subject, `The schema ${schema} lacks the migrations ${missing.join(', ')}.`, 'Run "npm run migrate".');
  }
  return ok(subject, `The schema ${schema} is up to date.`);
}
