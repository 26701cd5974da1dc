import { setTimeout as sleep } from 'node:timers/promises';
import { runner } from 'node-pg-migrate';
import { Client } from 'pg';
import type { Logger } from '../log.ts';
import { isLockTimeout } from './errors.ts';
import { migrationSets } from './migration-sets.ts';

export interface MigrationOptions {
  /** Connects as the role that owns the schema. */
  databaseUrl: string;
  schema: string;
  /** The service's own migrations; those of the platform's tables go before. */
  directory: string;
  /** Serialises concurrent starts; each service has its own, so that services do not wait for each other. */
  lockValue: number;
  logger: Logger;
  /** How long a statement may wait for a lock. Default 2 s. */
  lockTimeoutMs?: number;
}

const defaultLockTimeoutMs = 2000;
const attempts = 30;
const pauseMs = 1000;

/**
 * Brings a schema up to date. Safe to run at the same time from several processes.
 *
 * Whoever waits for a lock on a table holds up all that come after, readers as well. So a migration waits for a short
 * while only, gives way, and is tried again: 30 times.
 *
 * @throws the first error of a migration; of the set that it belongs to, nothing is then applied
 */
export async function migrate(options: MigrationOptions): Promise<void> {
  await ensureSchema(options.databaseUrl, options.schema);
  for (const { directory, table } of migrationSets(options.directory)) {
    for (let attempt = 1; !(await isRun(options, directory, table, attempt)); attempt += 1) await sleep(pauseMs);
  }
}

/** @returns false if a lock could not be had, and it may be tried again */
async function isRun(options: MigrationOptions, directory: string, table: string, attempt: number): Promise<boolean> {
  try {
    await run(options, directory, table);
    return true;
  } catch (error) {
    if (!isLockTimeout(error) || attempt === attempts) throw error;
    options.logger.info(
      { schema: options.schema, attempt },
      'others hold a lock that the migrations need; trying again',
    );
    return false;
  }
}

/** A role that may not create schemas is fine as long as its own exists, so this asks first. */
export async function ensureSchema(databaseUrl: string, schema: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    // IF NOT EXISTS looks before it leaps: of two that create the same schema at once, one may still fail.
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [`create schema ${schema}`]);
    const { rows } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
    if (rows.length === 0) await client.query(`CREATE SCHEMA IF NOT EXISTS ${client.escapeIdentifier(schema)}`);
  } finally {
    await client.end();
  }
}

async function run(options: MigrationOptions, directory: string, table: string): Promise<void> {
  const { databaseUrl, schema, lockValue, logger, lockTimeoutMs = defaultLockTimeoutMs } = options;
  const applied = await runner({
    databaseUrl: { connectionString: databaseUrl, lock_timeout: lockTimeoutMs },
    dir: directory,
    direction: 'up',
    schema,
    migrationsSchema: schema,
    migrationsTable: table,
    singleTransaction: true,
    advisoryLockMode: 'wait',
    lockValue,
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: (message) => logger.warn(message),
      error: (message) => logger.error(message),
    },
  });
  for (const { name } of applied) logger.info({ schema, migration: name }, 'migrated');
}
