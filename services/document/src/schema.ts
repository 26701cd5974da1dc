import { fileURLToPath } from 'node:url';
import { migrateJobs } from '@contract-reviewer/platform/jobs/job-queue';
import type { Logger } from '@contract-reviewer/platform/log';
import { migrate } from '@contract-reviewer/platform/pg/migrate';
import { extractionQueue } from './extraction-job.ts';

/** The schema in PostgreSQL that this service alone reads and writes. */
export const schema = 'document';
/** That of its jobs, whose tables pg-boss keeps. */
export const jobsSchema = 'document_jobs';
export const migrationsDirectory = fileURLToPath(new URL('../migrations', import.meta.url));

/** An arbitrary number that is this service's alone. */
const migrationLock = 7001;

/** Brings the schemas up to date. Safe to run from several processes at once. */
export async function migrateSchema(databaseUrl: string, logger: Logger): Promise<void> {
  await migrate({ databaseUrl, schema, directory: migrationsDirectory, lockValue: migrationLock, logger });
  await migrateJobs(databaseUrl, jobsSchema, [extractionQueue]);
}
