import { type CoherentCache, createCoherentCache } from '@contract-reviewer/platform/cache/coherent-cache';
import { JobQueue } from '@contract-reviewer/platform/jobs/job-queue';
import { Database } from '@contract-reviewer/platform/pg/database';
import { RedisConnection } from '@contract-reviewer/platform/redis/connection';
import { startRedis, type TestRedis } from '@contract-reviewer/platform/testing/test-redis';
import { storeAccess } from '../../../tools/stack/store-access.ts';
import { type ExtractionJob, extractionQueue } from '../src/extraction-job.ts';
import { jobsSchema, schema } from '../src/schema.ts';
import { CachedDocumentStore } from '../src/storage/cached-document-store.ts';
import { PgDocumentStore } from '../src/storage/pg-document-store.ts';
import { createDocumentDatabase, silentLogger } from './document-stack.ts';
import { withoutVersion1 } from './without-version1.ts';

export interface PgStores extends AsyncDisposable {
  url: string;
  store: PgDocumentStore;
  database: Database;
  jobs: JobQueue<ExtractionJob>;
}

/** The store over a database of its own. Nobody works on its jobs. */
export async function openPgStore(): Promise<PgStores> {
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await createDocumentDatabase());
  const database = stack.use(
    new Database({ url, applicationName: 'document store test', schema, logger: silentLogger }),
  );
  const jobs = stack.use(
    new JobQueue<ExtractionJob>({
      databaseUrl: url,
      schema: jobsSchema,
      name: extractionQueue,
      logger: silentLogger,
    }),
  );
  await jobs.start();
  const acquired = stack.move();
  return {
    url,
    store: new PgDocumentStore(database, jobs, withoutVersion1(database)),
    database,
    jobs,
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

export interface CachedStores extends AsyncDisposable {
  store: CachedDocumentStore;
  pg: PgStores;
  cache: CoherentCache;
  redis: TestRedis;
  /** Looks at Redis from outside, with an administrator's rights. */
  inspector: RedisConnection;
}

/** The cached store over a database and a Redis of its own, once Redis is in use. */
export async function openCachedStore(): Promise<CachedStores> {
  await using stack = new AsyncDisposableStack();
  const pg = stack.use(await openPgStore());
  const redis = stack.use(await startRedis([storeAccess.document.redis]));
  const redisUrl = redis.url(storeAccess.document.redis.name);
  const cache = createCoherentCache({ redisUrl, database: pg.database, schema, logger: silentLogger });
  if (!cache) throw new Error('there is no cache without Redis');
  stack.use(cache);
  cache.start();
  const inspector = stack.use(
    new RedisConnection({ url: redis.url('admin'), logger: silentLogger, commandTimeoutMs: 5000 }),
  );
  inspector.connect();
  const store = new CachedDocumentStore(pg.store, cache);
  await untilInUse(store, inspector);
  const acquired = stack.move();
  return { store, pg, cache, redis, inspector, [Symbol.asyncDispose]: () => acquired.disposeAsync() };
}

/** Another process's store over the same database and the same Redis. */
export function openReplica({ pg, redis }: CachedStores): AsyncDisposable & { store: CachedDocumentStore } {
  const stack = new AsyncDisposableStack();
  const database = stack.use(new Database({ url: pg.url, applicationName: 'replica', schema, logger: silentLogger }));
  const redisUrl = redis.url(storeAccess.document.redis.name);
  const cache = createCoherentCache({ redisUrl, database, schema, logger: silentLogger });
  if (!cache) throw new Error('there is no cache without Redis');
  stack.use(cache).start();
  const store = new CachedDocumentStore(new PgDocumentStore(database, pg.jobs, withoutVersion1(database)), cache);
  return { store, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** A Redis that is new is trusted only after a while. */
async function untilInUse(store: CachedDocumentStore, inspector: RedisConnection): Promise<void> {
  const viewer = { userId: 'probe' as Parameters<CachedDocumentStore['listGeneration']>[0]['userId'] };
  for (;;) {
    await store.listGeneration(viewer);
    const isFilled = inspector.runId !== undefined && (await inspector.run((redis) => redis.dbsize())) > 0;
    if (isFilled) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
