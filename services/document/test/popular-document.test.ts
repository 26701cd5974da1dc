import { setTimeout as sleep } from 'node:timers/promises';
import { createCoherentCache } from '@contract-reviewer/platform/cache/coherent-cache';
import { JobQueue } from '@contract-reviewer/platform/jobs/job-queue';
import { Database } from '@contract-reviewer/platform/pg/database';
import { RedisConnection } from '@contract-reviewer/platform/redis/connection';
import { startRedis } from '@contract-reviewer/platform/testing/test-redis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { storeAccess } from '../../../tools/stack/store-access.ts';
import type { Document } from '../src/domain/document.ts';
import { type ExtractionJob, extractionQueue } from '../src/extraction-job.ts';
import { jobsSchema, schema } from '../src/schema.ts';
import { CachedDocumentStore } from '../src/storage/cached-document-store.ts';
import { PgDocumentStore } from '../src/storage/pg-document-store.ts';
import { createDocumentDatabase, silentLogger } from './document-stack.ts';
import { eventOf, newDocument, newUserId } from './sample-documents.ts';
import { withoutVersion1 } from './without-version1.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

/** Counts what is asked of PostgreSQL, but for the questions of the cache itself. */
class CountedDatabase extends Database {
  queries = 0;

  override query: Database['query'] = (sql, values) => {
    if (!sql.includes('cache_')) this.queries += 1;
    return super.query(sql, values);
  };
}

interface Replica {
  database: CountedDatabase;
  store: CachedDocumentStore;
}

const readers = 500;
let replicas: readonly Replica[];
/** Looks at Redis from outside, with an administrator's rights. */
let inspector: RedisConnection;
let document: Document;

beforeAll(async () => {
  const { url } = stack.use(await createDocumentDatabase());
  const redis = stack.use(await startRedis([storeAccess.document.redis]));
  const jobs = stack.use(
    new JobQueue<ExtractionJob>({ databaseUrl: url, schema: jobsSchema, name: extractionQueue, logger: silentLogger }),
  );
  await jobs.start();
  const open = (): Replica => {
    const database = stack.use(new CountedDatabase({ url, applicationName: 'replica', schema, logger: silentLogger }));
    const redisUrl = redis.url(storeAccess.document.redis.name);
    const cache = createCoherentCache({ redisUrl, database, schema, logger: silentLogger });
    if (!cache) throw new Error('there is no cache without Redis');
    stack.use(cache);
    cache.start();
    return {
      database,
      store: new CachedDocumentStore(new PgDocumentStore(database, jobs, withoutVersion1(database)), cache),
    };
  };
  replicas = [open(), open()];
  inspector = stack.use(new RedisConnection({ url: redis.url('admin'), logger: silentLogger, commandTimeoutMs: 5000 }));
  inspector.connect();
  document = newDocument(newUserId(), {});
  const [first] = replicas as [Replica];
  await first.store.create(document, eventOf('document_uploaded', document), async () => undefined);
  // A Redis that is new is trusted only after a while.
  await vi.waitUntil(
    async () => {
      await Promise.all(replicas.map(({ store }) => store.get(document.documentId)));
      return inspector.runId !== undefined && (await inspector.run((client) => client.dbsize())) > 0;
    },
    { timeout: 10_000 },
  );
});

async function expire(): Promise<void> {
  const keys = await inspector.run((client) => client.keys('document*'));
  await inspector.run((client) => Promise.all(keys.map((key) => client.pexpire(key, 1))));
  await sleep(5);
}

it.each([
  ['a document', ({ store }: Replica) => store.get(document.documentId), 2],
  [
    'a page of a list, with the generation that it is of,',
    ({ store }: Replica) => store.list({ userId: document.ownerId }, { limit: 10, offset: 0 }),
    4,
  ],
])(
  `%s that expires under ${readers} reads on each of two replicas costs each of them two queries per entry at most`,
  async (_what, read, most) => {
    for (let round = 0; round < 5; round += 1) {
      await expire();
      for (const { database } of replicas) database.queries = 0;
      await Promise.all(replicas.flatMap((replica) => Array.from({ length: readers }, () => read(replica))));
      const queries = replicas.map(({ database }) => database.queries);
      expect(Math.max(...queries)).toBeLessThanOrEqual(most);
      expect(Math.max(...queries)).toBeGreaterThan(0);
    }
  },
);
