import { fileURLToPath } from 'node:url';
import type { Logger } from '@contract-reviewer/platform/log';
import { migrate } from '@contract-reviewer/platform/pg/migrate';

/** The schema in PostgreSQL that this service alone reads and writes. */
export const schema = 'session';
export const migrationsDirectory = fileURLToPath(new URL('../migrations', import.meta.url));

/** An arbitrary number that is this service's alone. */
const migrationLock = 7003;

/** Brings the schema up to date. Safe to run from several processes at once. */
export async function migrateSchema(databaseUrl: string, logger: Logger): Promise<void> {
  await migrate({ databaseUrl, schema, directory: migrationsDirectory, lockValue: migrationLock, logger });
}
