import { JobQueue } from '@contract-reviewer/platform/jobs/job-queue';
import { Database } from '@contract-reviewer/platform/pg/database';
import { RedisConnection } from '@contract-reviewer/platform/redis/connection';
import { startRedis, type TestRedis } from '@contract-reviewer/platform/testing/test-redis';
import type { Version1 } from '@contract-reviewer/platform/version1/version1';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnalysisId, DocumentId } from '../src/domain/analysis.ts';
import { analysisQueue, jobsSchema, schema } from '../src/schema.ts';
import type { AnalysisJob } from '../src/storage/analysis-store.ts';
import { PgAnalysisStore } from '../src/storage/pg-analysis-store.ts';
import { PgRunStore } from '../src/storage/pg-run-store.ts';
import { RefreshedAnalysisStore } from '../src/storage/refreshed-analysis-store.ts';
import { createAnalysisDatabase, eventually, newId, silentLogger } from './analysis-stack.ts';
import { auditOf, fullReview, newRequest, resultOf } from './store-fixtures.ts';
import { startRun, startVersion1 } from './store-harness.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let redis: TestRedis;
let connection: RedisConnection;
let version1: Version1;
let superuser: Database;
let stores: { analyses: RefreshedAnalysisStore; runs: PgRunStore };
const { signal } = new AbortController();
const actor = { service: 'analysis' };

beforeAll(async () => {
  const { url, adminUrl } = stack.use(await createAnalysisDatabase());
  redis = stack.use(await startRedis([]));
  connection = stack.use(
    new RedisConnection({ url: redis.url('admin'), logger: silentLogger, commandTimeoutMs: 5000 }),
  );
  connection.connect();
  const database = stack.use(new Database({ url, applicationName: 'migrating', schema, logger: silentLogger }));
  superuser = stack.use(new Database({ url: adminUrl, applicationName: 'superuser', schema, logger: silentLogger }));
  const jobs = stack.use(
    new JobQueue<AnalysisJob>({ databaseUrl: url, schema: jobsSchema, name: analysisQueue, logger: silentLogger }),
  );
  await jobs.start();
  version1 = stack.use(await startVersion1(database, redis.url('admin')));
  stores = {
    analyses: new RefreshedAnalysisStore(new PgAnalysisStore(database, version1.writes, jobs), version1.reads),
    runs: new PgRunStore(database, version1.writes),
  };
  await eventually(async () => (await version1.report()).connection === 'up', 'the connection to version 1');
});

function version1ValueOf(key: string): Promise<string | null> {
  return connection.run((client) => client.get(key));
}

async function objectOf(key: string): Promise<Record<string, unknown> | undefined> {
  const text = await version1ValueOf(key);
  return text === null ? undefined : JSON.parse(text);
}

async function complete() {
  const run = await startRun(stores);
  await stores.runs.complete(run, resultOf(), auditOf('analysis_completed', run));
  return run;
}

async function backfill() {
  await Array.fromAsync(version1.migration?.backfill.run({ defaultOwnerId: undefined, signal }) ?? []);
}

async function advance(to: 'pg_read' | 'complete') {
  await backfill();
  await Array.fromAsync(version1.migration?.gate.advance({ to, confirm: false }, actor, signal) ?? []);
}

function ofVersion1(documentId: string, more: object = {}): string {
  return JSON.stringify({ document_id: documentId, created_at: '2025-01-01T00:00:00Z', ...more });
}

describe('while both stores are written', () => {
  it('a result is in version 1 before its writer goes on, as the REST API has it, and the pointer names it', async () => {
    const { analysisId, documentId } = await complete();
    expect(await objectOf(`analysis:${analysisId}`)).toMatchObject({
      analysis_id: analysisId,
      document_id: documentId,
      status: 'completed',
      engine: 'builtin',
      risk_score: fullReview.riskScore,
      risks: [{ rule_id: 'unlimited-liability' }],
    });
    expect(await version1ValueOf(`document_analysis:${documentId}`)).toBe(analysisId);
    const ttl = await connection.run((client) => client.pttl(`analysis:${analysisId}`));
    expect(ttl).toBeGreaterThan(29 * 24 * 60 * 60 * 1000);
  });

  it('so is an end without a result, and an analysis that has not ended is not', async () => {
    const failed = await startRun(stores);
    expect(await version1ValueOf(`analysis:${failed.analysisId}`)).toBeNull();
    const error = { reason: 'review_failed', message: 'No.' };
    await stores.runs.fail(failed, { error, now: new Date() }, auditOf('analysis_failed', failed));
    expect(await objectOf(`analysis:${failed.analysisId}`)).toMatchObject({ status: 'failed', error });
    const request = newRequest();
    await stores.analyses.request(request, auditOf('analysis_requested', request));
    await stores.analyses.cancel(request.analysisId, new Date(), auditOf('analysis_cancelled', request));
    expect(await objectOf(`analysis:${request.analysisId}`)).toMatchObject({ status: 'cancelled' });
    expect(await version1ValueOf(`document_analysis:${request.documentId}`)).toBeNull();
  });

  it('what version 1 writes is seen at once, and what it writes anew, too', async () => {
    const [documentId, first, second] = [newId<DocumentId>(), newId<AnalysisId>(), newId<AnalysisId>()];
    for (const id of [first, second]) {
      const text = ofVersion1(documentId, { summary: id });
      await connection.run((client) => client.set(`analysis:${id}`, text));
      await connection.run((client) => client.set(`document_analysis:${documentId}`, id));
      expect(await stores.analyses.latestOf(documentId)).toBe(id);
      expect(await stores.analyses.get(id)).toMatchObject({ engine: 'version1', version1Original: text });
    }
    const again = ofVersion1(documentId, { summary: 'again' });
    await connection.run((client) => client.set(`analysis:${first}`, again));
    expect(await stores.analyses.get(first)).toMatchObject({ version1Original: again });
    expect(await stores.analyses.latestOf(documentId)).toBe(second);
  });

  it('what is imported while its document is purged is gone from version 1, too', async () => {
    const [template, late, documentId] = [newId<AnalysisId>(), newId<AnalysisId>(), newId<DocumentId>()];
    for (const [id, document] of [
      [template, newId<DocumentId>()],
      [late, documentId],
    ] as const) {
      await connection.run((client) => client.set(`analysis:${id}`, ofVersion1(document)));
    }
    await stores.analyses.get(template);
    let purging: Promise<AnalysisId[]> | undefined;
    await superuser.transaction(async (importing) => {
      await importing.query('INSERT INTO analysis.document_heads (document_id) VALUES ($1)', [documentId]);
      purging = stores.analyses.purge(documentId, new Date(), () =>
        auditOf('analysis_cancelled', { analysisId: late, documentId, requestedBy: newId() }),
      );
      await eventually(async () => {
        const waiting = await importing.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return waiting.length > 0;
      }, 'the wait of the purge');
      await importing.query(
        `INSERT INTO analysis.analyses
         SELECT (jsonb_populate_record(former, jsonb_build_object('analysis_id', $1::text, 'document_id', $2::text))).*
           FROM analysis.analyses AS former WHERE analysis_id = $3`,
        [late, documentId, template],
      );
    });
    expect(await purging).toEqual([late]);
    await eventually(async () => (await version1ValueOf(`analysis:${late}`)) === null, 'the removal');
  });

  it('what was purged is gone from version 1, and what version 1 writes of it later does not come back', async () => {
    const { analysisId, documentId } = await complete();
    const old = newId<AnalysisId>();
    await connection.run((client) => client.set(`analysis:${old}`, ofVersion1(documentId)));
    await stores.analyses.get(old);
    await stores.analyses.purge(documentId, new Date(), () =>
      auditOf('analysis_cancelled', { analysisId, documentId, requestedBy: newId() }),
    );
    for (const key of [`analysis:${analysisId}`, `analysis:${old}`, `document_analysis:${documentId}`]) {
      expect(await version1ValueOf(key)).toBeNull();
    }
    const late = newId<AnalysisId>();
    for (const id of [old, late]) {
      await connection.run((client) => client.set(`analysis:${id}`, ofVersion1(documentId)));
      expect(await stores.analyses.get(id)).toBeUndefined();
    }
    await backfill();
    for (const id of [old, late]) {
      await eventually(async () => (await version1ValueOf(`analysis:${id}`)) === null, 'the removal');
    }
  });

  it('a result is stored while version 1 is away, and written there when it is back', async () => {
    redis.pause();
    const { analysisId, documentId } = await complete();
    expect(await stores.analyses.latestOf(documentId)).toBe(analysisId);
    expect((await version1.report()).pendingCount).toBeGreaterThan(0);
    redis.resume();
    await eventually(async () => (await version1.report()).pendingCount === 0, 'the delivery');
    expect(await version1ValueOf(`document_analysis:${documentId}`)).toBe(analysisId);
  });
});

describe('in the phases after it', () => {
  it('PostgreSQL alone is read, and version 1 goes on being written', async () => {
    await advance('pg_read');
    const [documentId, id] = [newId<DocumentId>(), newId<AnalysisId>()];
    await connection.run((client) => client.set(`analysis:${id}`, ofVersion1(documentId)));
    expect(await stores.analyses.get(id)).toBeUndefined();
    await connection.run((client) => client.del(`analysis:${id}`));
    const run = await complete();
    expect(await version1ValueOf(`document_analysis:${run.documentId}`)).toBe(run.analysisId);
  });

  it('a result of the last phase reaches version 1 when the phase is left again', async () => {
    await advance('complete');
    const run = await complete();
    expect(await version1ValueOf(`analysis:${run.analysisId}`)).toBeNull();
    await version1.migration?.gate.rollback('pg_read', actor);
    await eventually(
      async () => (await version1ValueOf(`document_analysis:${run.documentId}`)) === run.analysisId,
      'the delivery',
    );
    expect(await objectOf(`analysis:${run.analysisId}`)).toMatchObject({ status: 'completed' });
  });
});
