import { fileURLToPath } from 'node:url';
import { migrateJobs } from '@contract-reviewer/platform/jobs/job-queue';
import type { Logger } from '@contract-reviewer/platform/log';
import { migrate } from '@contract-reviewer/platform/pg/migrate';

/** The schemas in PostgreSQL that this service alone reads and writes. */
export const schema = 'analysis';
export const jobsSchema = 'analysis_jobs';
export const migrationsDirectory = fileURLToPath(new URL('../migrations', import.meta.url));

/** The queue of analyses that are to be done. */
export const analysisQueue = 'analyses';
/** Those of them that a language model does: whoever waits for a model must not keep the others waiting. */
export const modelAnalysisQueue = 'model_analyses';

/** An arbitrary number that is this service's alone. */
const migrationLock = 7002;

/** Brings the schemas up to date. Safe to run from several processes at once. */
export async function migrateSchema(databaseUrl: string, logger: Logger): Promise<void> {
  await migrate({ databaseUrl, schema, directory: migrationsDirectory, lockValue: migrationLock, logger });
  await migrateJobs(databaseUrl, jobsSchema, [analysisQueue, modelAnalysisQueue]);
}
