import { Admission } from '@contract-reviewer/platform/admission/admission';
import { beginning, readingWhole, sweeping } from '@contract-reviewer/platform/admission/work';
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
import { GrpcServer } from '@contract-reviewer/platform/grpc/server';
import { JobQueue } from '@contract-reviewer/platform/jobs/job-queue';
import type { App } from '@contract-reviewer/platform/lifecycle';
import type { Logger } from '@contract-reviewer/platform/log';
import { readBacklog } from '@contract-reviewer/platform/outbox/backlog';
import { Outbox } from '@contract-reviewer/platform/outbox/outbox';
import { Periodic } from '@contract-reviewer/platform/periodic';
import { Database } from '@contract-reviewer/platform/pg/database';
import { DatabaseReadiness, requireMigrated } from '@contract-reviewer/platform/pg/readiness';
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
import { Access } from './access.ts';
import { BlobSweeper } from './blob-sweeper.ts';
import { openBlobStore } from './blobs/open-blob-store.ts';
import type { Config } from './config.ts';
import { DocumentTexts } from './document-texts.ts';
import { Documents } from './documents.ts';
import { defaultExtractionLimits } from './extraction/extraction-limits.ts';
import { WorkerExtractor } from './extraction/worker-extractor.ts';
import { type ExtractionJob, extractionQueue } from './extraction-job.ts';
import { Grants } from './grants.ts';
import { translateError } from './grpc/errors.ts';
import { documentHandlers } from './grpc/handlers.ts';
import { contentReleasedTopic } from './messages/content-released.ts';
import { documentDeletedTopic } from './messages/document-deleted.ts';
import { jobsSchema, migrationsDirectory, schema } from './schema.ts';
import { CachedDocumentStore } from './storage/cached-document-store.ts';
import { CachedGrantStore } from './storage/cached-grant-store.ts';
import { checkedFamilies } from './storage/checked-families.ts';
import { PgBlobReferenceStore } from './storage/pg-blob-reference-store.ts';
import { PgDocumentStore } from './storage/pg-document-store.ts';
import { PgGrantStore } from './storage/pg-grant-store.ts';
import { RefreshedDocumentStore } from './storage/refreshed-document-store.ts';
import { TextExtraction } from './text-extraction.ts';
import { Uploads } from './uploads.ts';
import { RemoteUsers } from './users/remote-users.ts';
import { DocumentFamily } from './version1/document-family.ts';
import { analysesOf, unknownKeys } from './version1/other-keys.ts';

/** Builds the service from the stores up; starts nothing. */
export function buildApp(config: Config, logger: Logger): App {
  const stack = new AsyncDisposableStack();
  const transport = transportFrom(config, logger);
  const metrics = new Metrics(logger);

  const database = stack.use(
    new Database({
      url: config.DATABASE_URL,
      applicationName: 'document service',
      schema,
      logger,
      maxConnections: config.DATABASE_MAX_CONNECTIONS,
    }),
  );
  const cache = createCoherentCache({ redisUrl: config.REDIS_URL, database, schema, logger });
  if (cache) stack.use(cache);

  const extractor = stack.use(new WorkerExtractor({ logger, limits: { concurrency: config.EXTRACTION_CONCURRENCY } }));
  const jobs = stack.use(
    new JobQueue<ExtractionJob>({
      databaseUrl: config.DATABASE_URL,
      schema: jobsSchema,
      name: extractionQueue,
      logger,
      onAttempt: attemptMetrics(metrics),
    }),
  );

  const blobs = openBlobStore(config, logger);
  stack.defer(() => blobs[Symbol.dispose]?.());
  const documentFamily = new DocumentFamily(blobs, jobs);
  const version1 = stack.use(
    new Version1({
      url: config.V1_REDIS_URL,
      database,
      schema,
      logger,
      families: [documentFamily, unknownKeys],
      references: [analysesOf(documentFamily)],
    }),
  );
  const pgDocuments = new PgDocumentStore(database, jobs, version1.writes);
  const observer = createCacheObserver({
    cache,
    redisUrl: config.REDIS_URL,
    database,
    schema,
    families: checkedFamilies(pgDocuments),
    logger,
  });
  if (observer) stack.use(observer);
  const cachedDocuments = cache && new CachedDocumentStore(pgDocuments, cache);
  const documentStore = new RefreshedDocumentStore(cachedDocuments ?? pgDocuments, version1.reads);
  const pgGrants = new PgGrantStore(database);
  const grantStore = cachedDocuments ? new CachedGrantStore(pgGrants, (id) => cachedDocuments.refill(id)) : pgGrants;

  const access = new Access(documentStore);
  const trail = outboxTrail(database);
  const refusals = stack.use(new RefusalRecorder(trail));
  const documents = new Documents(documentStore, blobs, access, trail);
  const texts = new DocumentTexts(documentStore, access, trail);
  const limits = { maxBytes: config.MAX_UPLOAD_BYTES, archive: defaultExtractionLimits.archive };
  const uploads = new Uploads(documentStore, blobs, access, limits, refusals);
  const extraction = new TextExtraction(documentStore, blobs, extractor);
  const sweeper = new BlobSweeper(blobs, new PgBlobReferenceStore(database), config.ABANDONED_UPLOAD_SECONDS * 1000);

  const authorization = serviceAuthorization('document', config.SERVICE_TOKEN);
  const sessionClient = stack.use(
    createClient(SessionServiceService, {
      address: config.SESSION_SERVICE_ADDRESS,
      authorization,
      ...transport.to('session'),
    }),
  );
  const analysisClient = stack.use(
    createClient(AnalysisServiceService, {
      address: config.ANALYSIS_SERVICE_ADDRESS,
      authorization,
      ...transport.to('analysis'),
    }),
  );
  const grants = new Grants(grantStore, access, new RemoteUsers(sessionClient));
  const outbox = stack.use(
    new Outbox({
      database,
      schema,
      topics: {
        ...auditTopic(sessionClient),
        ...documentDeletedTopic(analysisClient),
        ...contentReleasedTopic(sweeper),
      },
      logger,
    }),
  );
  const sweep = stack.use(
    new Periodic({ name: 'sweep blobs', intervalMs: config.BLOB_SWEEP_SECONDS * 1000, logger }, () => sweeper.sweep()),
  );

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
    queues: [jobs],
    workers: { extraction: extractor },
  });
  const admission = stack.use(new Admission({ service: 'document', settings: config, logger }));
  admissionMetrics(metrics, admission);
  const metricsServer = stack.use(new MetricsServer(metrics, config, logger));
  const server = stack.use(
    new GrpcServer({
      host: config.GRPC_HOST,
      port: config.GRPC_PORT,
      credentials: transport.server,
      logger,
      authenticator: new CallAuthenticator({
        service: 'document',
        trustedServices: config.TRUSTED_SERVICES,
        assertionKeys: config.ASSERTION_PUBLIC_KEYS,
        sessions: new RemoteSessions(sessionClient),
      }),
      translateError,
      admission,
      onServed: rpcMetrics(metrics),
      health: new DatabaseReadiness(database),
      onRefusal: recordRefusals(refusals, 'document'),
    }),
  );
  const cacheMethods = cacheHandlers({
    service: 'document',
    observer,
    backlog: () => readBacklog(database, schema),
    audit: (event) => trail.record(event),
  });
  server.register(
    DocumentServiceService,
    { ...documentHandlers({ documents, uploads, texts, grants }), ...cacheMethods },
    {
      batched: ['getDocument', 'listDocuments', 'checkDocumentAccess'],
      work: { getDocumentText: readingWhole, uploadDocument: beginning, checkConsistency: sweeping },
    },
  );
  server.register(MigrationServiceService, migrationHandlers({ service: 'document', version1, database }));

  return {
    async start() {
      await requireMigrated(database, schema, migrationsDirectory);
      await blobs.prepare();
      await version1.start();
      cache?.start();
      admission.start();
      observer?.start();
      await jobs.start();
      await jobs.work(
        { concurrency: config.EXTRACTION_CONCURRENCY },
        {
          handle: (job, { signal }) => extraction.extract(job, signal),
          giveUp: (job) => extraction.giveUp(job),
        },
      );
      outbox.start();
      sweep.start();
      refusalWindow.start();
      await metricsServer.listen();
      return server.listen();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
