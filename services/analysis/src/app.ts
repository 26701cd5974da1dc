import { Admission } from '@contract-reviewer/platform/admission/admission';
import { continuing, rendering, sweeping } from '@contract-reviewer/platform/admission/work';
import { auditTopic, outboxTrail } from '@contract-reviewer/platform/audit/audit-events';
import { RefusalRecorder, recordRefusals } from '@contract-reviewer/platform/audit/refusals';
import { CallAuthenticator } from '@contract-reviewer/platform/auth/authenticator';
import { RemoteSessions } from '@contract-reviewer/platform/auth/remote-sessions';
import { serviceAuthorization } from '@contract-reviewer/platform/auth/service-tokens';
import { createCacheObserver } from '@contract-reviewer/platform/cache/cache-observer';
import { createCoherentCache } from '@contract-reviewer/platform/cache/coherent-cache';
import { cacheHandlers } from '@contract-reviewer/platform/grpc/cache-handlers';
import { createClient } from '@contract-reviewer/platform/grpc/client';
import { transportFrom } from '@contract-reviewer/platform/grpc/credentials';
import { migrationHandlers } from '@contract-reviewer/platform/grpc/migration-handlers';
import type { Refusal } from '@contract-reviewer/platform/grpc/served-calls';
import { GrpcServer } from '@contract-reviewer/platform/grpc/server';
import { type JobHandlers, JobQueue } from '@contract-reviewer/platform/jobs/job-queue';
import type { App } from '@contract-reviewer/platform/lifecycle';
import type { Logger } from '@contract-reviewer/platform/log';
import { readBacklog } from '@contract-reviewer/platform/outbox/backlog';
import { Outbox } from '@contract-reviewer/platform/outbox/outbox';
import { Periodic } from '@contract-reviewer/platform/periodic';
import { Database } from '@contract-reviewer/platform/pg/database';
import { DatabaseReadiness, requireMigrated } from '@contract-reviewer/platform/pg/readiness';
import { RedisBroadcast } from '@contract-reviewer/platform/redis/broadcast';
import { admissionMetrics } from '@contract-reviewer/platform/telemetry/admission-metrics';
import { attemptMetrics } from '@contract-reviewer/platform/telemetry/job-metrics';
import { Metrics } from '@contract-reviewer/platform/telemetry/metrics';
import { MetricsServer } from '@contract-reviewer/platform/telemetry/metrics-server';
import { rpcMetrics } from '@contract-reviewer/platform/telemetry/rpc-metrics';
import { measureService } from '@contract-reviewer/platform/telemetry/service-metrics';
import { Version1 } from '@contract-reviewer/platform/version1/version1';
import { AnalysisServiceService } from '@contract-reviewer/proto/analysis/v1/analysis';
import { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import { MigrationServiceService } from '@contract-reviewer/proto/migration/v1/migration';
import { SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import { Analyses } from './analyses.ts';
import { AnalysisWatch } from './analysis-watch.ts';
import { ChangeFeed } from './change-feed.ts';
import type { Config } from './config.ts';
import { RemoteDocuments } from './documents/remote-documents.ts';
import { type Engines, enginesIn } from './engine/engines.ts';
import { makeOwnEngines } from './engine/own-engines.ts';
import { translateError } from './grpc/errors.ts';
import { analysisHandlers, maxWaitMs } from './grpc/handlers.ts';
import { ResultThreads } from './result-threads/result-threads.ts';
import { Results } from './results.ts';
import { Reviews } from './reviews.ts';
import { analysisQueue, jobsSchema, migrationsDirectory, modelAnalysisQueue, schema } from './schema.ts';
import { analysisCaches } from './storage/analysis-caches.ts';
import type { AnalysisJob } from './storage/analysis-store.ts';
import { CachedAnalysisStore } from './storage/cached-analysis-store.ts';
import { CachedRunStore } from './storage/cached-run-store.ts';
import { checkedFamilies } from './storage/checked-families.ts';
import { PgAnalysisStore } from './storage/pg-analysis-store.ts';
import { PgRunStore } from './storage/pg-run-store.ts';
import { RefreshedAnalysisStore } from './storage/refreshed-analysis-store.ts';
import { analysisFamily } from './version1/analysis-family.ts';
import { pointerFamily } from './version1/pointer-family.ts';

const sweepIntervalMs = 60_000;
/** Leaves a call without a deadline of its own the time to wait for an analysis. */
const defaultDeadlineMs = maxWaitMs + 10_000;

/** Makes the engine of each name. */
export type EngineFactory = (config: Config) => Engines;

/** Builds the service from the stores up; starts nothing. */
export function buildApp(config: Config, logger: Logger, makeEngines: EngineFactory = makeOwnEngines): App {
  const stack = new AsyncDisposableStack();
  const transport = transportFrom(config, logger);
  const metrics = new Metrics(logger);

  const database = stack.use(
    new Database({
      url: config.DATABASE_URL,
      applicationName: 'analysis service',
      schema,
      logger,
      maxConnections: config.DATABASE_MAX_CONNECTIONS,
    }),
  );
  const cache = createCoherentCache({ redisUrl: config.REDIS_URL, database, schema, logger });
  if (cache) stack.use(cache);
  const version1 = stack.use(
    new Version1({
      url: config.V1_REDIS_URL,
      database,
      schema,
      logger,
      families: [analysisFamily, pointerFamily],
    }),
  );
  const broadcast =
    config.REDIS_URL === undefined
      ? undefined
      : stack.use(new RedisBroadcast({ url: config.REDIS_URL, channel: 'analysis:events', logger }));
  const feed = new ChangeFeed(broadcast);

  const authorization = serviceAuthorization('analysis', config.SERVICE_TOKEN);
  const sessionClient = stack.use(
    createClient(SessionServiceService, {
      address: config.SESSION_SERVICE_ADDRESS,
      authorization,
      ...transport.to('session'),
    }),
  );
  const documentClient = stack.use(
    createClient(DocumentServiceService, {
      address: config.DOCUMENT_SERVICE_ADDRESS,
      authorization,
      batched: ['checkDocumentAccess'],
      ...transport.to('document'),
    }),
  );
  const documents = new RemoteDocuments(documentClient);

  const outbox = stack.use(new Outbox({ database, schema, topics: auditTopic(sessionClient), logger }));
  const engines = makeEngines(config);
  for (const engine of enginesIn(engines)) stack.use(engine);
  const onAttempt = attemptMetrics(metrics);
  const queue = (name: string) =>
    stack.use(
      new JobQueue<AnalysisJob>({ databaseUrl: config.DATABASE_URL, schema: jobsSchema, name, logger, onAttempt }),
    );
  const builtinJobs = queue(analysisQueue);
  const modelJobs = queue(modelAnalysisQueue);
  const jobs: Pick<JobQueue<AnalysisJob>, 'send'> = {
    send: (transaction, job, ahead) =>
      (job.engine === 'builtin' ? builtinJobs : modelJobs).send(transaction, job, ahead),
  };

  const pgAnalyses = new PgAnalysisStore(database, version1.writes, jobs);
  const pgRuns = new PgRunStore(database, version1.writes);
  const observer = createCacheObserver({
    cache,
    redisUrl: config.REDIS_URL,
    database,
    schema,
    families: checkedFamilies(pgAnalyses),
    logger,
  });
  if (observer) stack.use(observer);
  const caches = cache && analysisCaches(cache);
  const servedAnalyses = caches ? new CachedAnalysisStore(pgAnalyses, caches) : pgAnalyses;
  const analysisStore = new RefreshedAnalysisStore(servedAnalyses, version1.reads);
  const runStore = caches ? new CachedRunStore(pgRuns, pgAnalyses, caches) : pgRuns;

  const watch = new AnalysisWatch(analysisStore, feed);
  const analyses = new Analyses({ store: analysisStore, watch, documents, engines, feed });
  const threads = stack.use(new ResultThreads());
  const trail = outboxTrail(database);
  const results = new Results({ analyses, documents, threads, trail });
  const reviews = new Reviews({
    runs: runStore,
    documents,
    engines,
    feed,
    logger,
    textWaitMs: config.TEXT_WAIT_SECONDS * 1000,
  });

  const sweep = stack.use(
    new Periodic({ name: 'sweep idempotency keys', intervalMs: sweepIntervalMs, logger }, () =>
      analyses.sweepIdempotencyKeys(),
    ),
  );
  const refusals = stack.use(new RefusalRecorder(trail));
  const refusalWindow = stack.use(
    new Periodic({ name: 'record suppressed refusals', intervalMs: refusals.windowMs, logger }, () =>
      refusals.closeWindow(),
    ),
  );
  measureService(metrics, {
    database,
    schema,
    outbox,
    observer,
    queues: [builtinJobs, modelJobs],
    workers: { review: engines.builtin, results: threads },
  });
  const admission = stack.use(new Admission({ service: 'analysis', settings: config, logger }));
  admissionMetrics(metrics, admission);
  const metricsServer = stack.use(new MetricsServer(metrics, config, logger));
  const server = stack.use(
    new GrpcServer({
      host: config.GRPC_HOST,
      port: config.GRPC_PORT,
      credentials: transport.server,
      logger,
      authenticator: new CallAuthenticator({
        service: 'analysis',
        trustedServices: config.TRUSTED_SERVICES,
        assertionKeys: config.ASSERTION_PUBLIC_KEYS,
        sessions: new RemoteSessions(sessionClient),
      }),
      translateError,
      admission,
      onServed: rpcMetrics(metrics),
      health: new DatabaseReadiness(database),
      onRefusal: recordRefusals(refusals, 'analysis', isRecordedHere),
      defaultDeadlineMs,
    }),
  );
  const stopping = new AbortController();
  // Before the server drains, which would wait for those who wait for an analysis.
  stack.defer(() => stopping.abort());
  const cacheMethods = cacheHandlers({
    service: 'analysis',
    observer,
    backlog: () => readBacklog(database, schema),
    audit: (event) => trail.record(event),
  });
  server.register(
    AnalysisServiceService,
    { ...analysisHandlers(analyses, results, stopping.signal), ...cacheMethods },
    {
      batched: ['getAnalysis', 'getLatestAnalysis', 'listAnalyses'],
      work: {
        analyzeDocument: continuing,
        downloadReport: rendering,
        diffAnalyses: rendering,
        checkConsistency: sweeping,
      },
    },
  );
  server.register(MigrationServiceService, migrationHandlers({ service: 'analysis', version1, database }));

  return {
    async start() {
      await requireMigrated(database, schema, migrationsDirectory);
      await version1.start();
      cache?.start();
      admission.start();
      observer?.start();
      broadcast?.connect();
      outbox.start();
      const handlers: JobHandlers<AnalysisJob> = {
        handle: ({ analysisId, allowFallback }, attempt) => reviews.review(analysisId, { ...attempt, allowFallback }),
        giveUp: ({ analysisId }) => reviews.giveUp(analysisId),
      };
      await Promise.all([builtinJobs.start(), modelJobs.start()]);
      await Promise.all([
        builtinJobs.work({ concurrency: config.ANALYSIS_CONCURRENCY }, handlers),
        modelJobs.work({ concurrency: config.MODEL_ANALYSIS_CONCURRENCY }, handlers),
      ]);
      sweep.start();
      refusalWindow.start();
      await metricsServer.listen();
      return server.listen();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/**
 * The document service decides who may see a document, and records whom it refused. It cannot know that a report was asked
 * for, which is recorded here as well.
 */
function isRecordedHere({ status, method }: Refusal): boolean {
  if (method.endsWith('/DownloadReport')) return true;
  return status.code !== 'NOT_FOUND' && status.reason !== 'PERMISSION_DENIED';
}
