import { createCoherentCache } from '@contract-reviewer/platform/cache/coherent-cache';
import { JobQueue } from '@contract-reviewer/platform/jobs/job-queue';
import { Database } from '@contract-reviewer/platform/pg/database';
import { RedisConnection } from '@contract-reviewer/platform/redis/connection';
import { startRedis, type TestRedis } from '@contract-reviewer/platform/testing/test-redis';
import { Version1 } from '@contract-reviewer/platform/version1/version1';
import { storeAccess } from '../../../tools/stack/store-access.ts';
import type { AnalysisId, DocumentId } from '../src/domain/analysis.ts';
import { analysisQueue, jobsSchema, schema } from '../src/schema.ts';
import { analysisCaches } from '../src/storage/analysis-caches.ts';
import type { AnalysisJob, AnalysisStore } from '../src/storage/analysis-store.ts';
import { latestAnalysisKey } from '../src/storage/cache-keys.ts';
import { CachedAnalysisStore } from '../src/storage/cached-analysis-store.ts';
import { CachedRunStore } from '../src/storage/cached-run-store.ts';
import { PgAnalysisStore } from '../src/storage/pg-analysis-store.ts';
import { PgRunStore } from '../src/storage/pg-run-store.ts';
import type { Run, RunStore } from '../src/storage/run-store.ts';
import { analysisFamily } from '../src/version1/analysis-family.ts';
import { pointerFamily } from '../src/version1/pointer-family.ts';
import { createAnalysisDatabase, eventually, newId, silentLogger } from './analysis-stack.ts';
import { auditOf, newRequest } from './store-fixtures.ts';

/** Stores on a database of their own, and what a test sees of them from outside. */
export interface StoreHarness extends AsyncDisposable {
  databaseUrl: string;
  analyses: AnalysisStore;
  runs: RunStore;
  /** Types of the audit events of an analysis that wait in the outbox, in the order in which they happened. */
  auditTypes(analysisId: AnalysisId): Promise<string[]>;
  /** How many jobs there are for an analysis. */
  jobCount(analysisId: AnalysisId): Promise<number>;
  /** Puts further analyses of the same document and user into the table. */
  copyAnalysis(analysisId: AnalysisId, count: number): Promise<void>;
  /** The document's analysis with the highest result sequence. */
  latestInTable(documentId: DocumentId): Promise<AnalysisId | undefined>;
  redis?: HarnessRedis;
}

export interface HarnessRedis extends TestRedis {
  /** As administrator, past all that the stores do. */
  run<T>(command: Parameters<typeof RedisConnection.prototype.run<T>>[0]): Promise<T>;
}

export type OpenStores = () => Promise<StoreHarness>;

export async function openPgStores(): Promise<StoreHarness> {
  return open(false);
}

/** Once they resolve, reads fill Redis and are served from it. */
export async function openCachedStores(): Promise<StoreHarness> {
  const harness = await open(true);
  const documentId = newId<DocumentId>();
  await eventually(async () => {
    await harness.analyses.latestOf(documentId);
    return (await harness.redis?.run((redis) => redis.exists(latestAnalysisKey(documentId)))) === 1;
  }, 'trust in Redis');
  return harness;
}

export async function openCachedStoresWithoutRedis(): Promise<StoreHarness> {
  const harness = await open(true);
  await harness.redis?.stop();
  return harness;
}

async function open(isCached: boolean): Promise<StoreHarness> {
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await createAnalysisDatabase());
  const redis = isCached ? await openRedis(stack) : undefined;
  const database = stack.use(
    new Database({ url, applicationName: 'analysis store test', schema, logger: silentLogger }),
  );
  const jobs = stack.use(
    new JobQueue<AnalysisJob>({ databaseUrl: url, schema: jobsSchema, name: analysisQueue, logger: silentLogger }),
  );
  await jobs.start();
  const cache = createCoherentCache({ redisUrl: redis?.url('analysis'), database, schema, logger: silentLogger });
  if (cache) stack.use(cache).start();
  const version1 = stack.use(await startVersion1(database));

  const pgAnalyses = new PgAnalysisStore(database, version1.writes, jobs);
  const pgRuns = new PgRunStore(database, version1.writes);
  const caches = cache && analysisCaches(cache);
  const acquired = stack.move();
  return {
    databaseUrl: url,
    analyses: caches ? new CachedAnalysisStore(pgAnalyses, caches) : pgAnalyses,
    runs: caches ? new CachedRunStore(pgRuns, pgAnalyses, caches) : pgRuns,
    ...(redis ? { redis } : {}),
    copyAnalysis: async (analysisId, count) => {
      await database.query(
        `INSERT INTO analysis.analyses
         SELECT (jsonb_populate_record(original, jsonb_build_object('analysis_id', gen_random_uuid()))).*
           FROM analysis.analyses original, generate_series(1, $2::int) WHERE analysis_id = $1`,
        [analysisId, count],
      );
    },
    auditTypes: async (analysisId) => {
      const rows = await database.query<{ type: string }>(
        `SELECT payload->>'type' AS type FROM analysis.outbox WHERE payload->>'analysisId' = $1 ORDER BY created_at`,
        [analysisId],
      );
      return rows.map(({ type }) => type);
    },
    jobCount: async (analysisId) => {
      const [row] = await database.query<{ count: number }>(
        `SELECT count(*)::int FROM analysis_jobs.job WHERE name = $1 AND data->>'analysisId' = $2`,
        [analysisQueue, analysisId],
      );
      return row?.count ?? 0;
    },
    latestInTable: async (documentId) => {
      const [row] = await database.query<{ analysis_id: AnalysisId }>(
        `SELECT analysis_id FROM analysis.analyses WHERE document_id = $1 AND result_sequence IS NOT NULL
          ORDER BY result_sequence DESC LIMIT 1`,
        [documentId],
      );
      return row?.analysis_id;
    },
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

/** The move from version 1 as it is where there was none, or from the version 1 at that URL. */
export async function startVersion1(database: Database, url?: string): Promise<Version1> {
  const families = [analysisFamily, pointerFamily];
  const version1 = new Version1({ url, database, schema, logger: silentLogger, families });
  await version1.start();
  return version1;
}

async function openRedis(stack: AsyncDisposableStack): Promise<HarnessRedis> {
  const server = stack.use(await startRedis([storeAccess.analysis.redis]));
  const connection = stack.use(new RedisConnection({ url: server.url('admin'), logger: silentLogger }));
  connection.connect();
  await eventually(async () => connection.runId, 'a connection to Redis');
  return { ...server, run: (command) => connection.run(command) };
}

/** A run of an analysis that was just asked for. */
export async function startRun(
  { analyses, runs }: Pick<StoreHarness, 'analyses' | 'runs'>,
  given: Parameters<typeof newRequest>[0] = {},
): Promise<Run> {
  const request = newRequest(given);
  await analyses.request(request, auditOf('analysis_requested', request));
  const run = await runs.start(request.analysisId, new Date());
  if (!run) throw new Error('a queued analysis can be started');
  return run;
}
