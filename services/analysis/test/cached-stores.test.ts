import { Database } from '@contract-reviewer/platform/pg/database';
import { storedValue } from '@contract-reviewer/platform/testing/stored-entry';
import type { Version1 } from '@contract-reviewer/platform/version1/version1';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnalysisWatch } from '../src/analysis-watch.ts';
import { ChangeFeed } from '../src/change-feed.ts';
import type { AnalysisId } from '../src/domain/analysis.ts';
import { schema } from '../src/schema.ts';
import { analysisKey, latestAnalysisKey } from '../src/storage/cache-keys.ts';
import { PgRunStore } from '../src/storage/pg-run-store.ts';
import type { Run } from '../src/storage/run-store.ts';
import { eventually, newId, silentLogger } from './analysis-stack.ts';
import { auditOf, fullReview, resultOf } from './store-fixtures.ts';
import { type HarnessRedis, openCachedStores, type StoreHarness, startRun, startVersion1 } from './store-harness.ts';

const sevenDaysMs = 7 * 24 * 60 * 60 * 1000;

describe('analyses in Redis', () => {
  let harness: StoreHarness;
  let redis: HarnessRedis;
  beforeAll(async () => {
    harness = await openCachedStores();
    redis = harness.redis as HarnessRedis;
  });
  afterAll(() => harness[Symbol.asyncDispose]());

  const complete = (run: Run) => harness.runs.complete(run, resultOf(), auditOf('analysis_completed', run));
  const entryOf = async (key: string): Promise<unknown> => {
    const text = await redis.run((client) => client.get(key));
    return text === null ? undefined : storedValue(text);
  };
  const filled = (key: string) => eventually(() => entryOf(key), `an entry of ${key}`);

  it('are not kept while they can still change', async () => {
    const run = await startRun(harness);
    expect(await harness.analyses.get(run.analysisId)).toMatchObject({ status: 'running' });
    expect(await harness.analyses.get(newId<AnalysisId>())).toBeUndefined();
    expect(await redis.run((client) => client.exists(analysisKey(run.analysisId)))).toBe(0);
  });

  it('are there, as the documented schema has them, as soon as a result is stored', async () => {
    const run = await startRun(harness);
    await complete(run);
    expect(await filled(analysisKey(run.analysisId))).toMatchObject({
      analysis_id: run.analysisId,
      document_id: run.documentId,
      status: 'completed',
      coverage: { total_chars: 2000, unread: [] },
      summary: { governing_law: 'Ireland' },
      missing_clauses: [{ category: 'Audit Rights' }, { category: 'Insurance' }],
      risks: [{ rule_id: 'unlimited-liability', ask_for: 'A cap at the fees of a year.' }],
      risk_score: fullReview.riskScore,
      dropped_findings: 1,
    });
    expect(await filled(latestAnalysisKey(run.documentId))).toBe(run.analysisId);
    for (const key of [analysisKey(run.analysisId), latestAnalysisKey(run.documentId)]) {
      const ttl = await redis.run((client) => client.pttl(key));
      expect(ttl).toBeGreaterThan(sevenDaysMs * 0.94);
      expect(ttl).toBeLessThanOrEqual(sevenDaysMs);
    }
  });

  it('are kept when they failed or were cancelled', async () => {
    const run = await startRun(harness);
    await harness.analyses.cancel(run.analysisId, new Date(), auditOf('analysis_cancelled', run));
    await harness.analyses.get(run.analysisId);
    expect(await filled(analysisKey(run.analysisId))).toMatchObject({ status: 'cancelled' });
  });

  it('say briefly that a document has none, and no longer than until it has one', async () => {
    const run = await startRun(harness);
    const key = latestAnalysisKey(run.documentId);
    expect(await harness.analyses.latestOf(run.documentId)).toBeUndefined();
    const ttl = async () => Math.max(0, await redis.run((client) => client.pttl(key))) || undefined;
    expect(await eventually(ttl, 'that it has none')).toBeLessThanOrEqual(10_000);
    await complete(run);
    expect(await harness.analyses.latestOf(run.documentId)).toBe(run.analysisId);
  });

  describe('whose writer committed and has not told the cache', () => {
    let writer: Database;
    let version1: Version1;
    beforeAll(async () => {
      writer = new Database({
        url: harness.databaseUrl,
        applicationName: 'stuck writer',
        schema,
        logger: silentLogger,
      });
      writer.settleInvalidationsWith({ settle: () => new Promise(() => undefined) });
      version1 = await startVersion1(writer);
    });
    afterAll(async () => {
      await version1[Symbol.asyncDispose]();
      await writer[Symbol.asyncDispose]();
    });

    const completeUnsettled = async () => {
      const run = await startRun(harness);
      expect(await harness.analyses.latestOf(run.documentId)).toBeUndefined();
      void new PgRunStore(writer, version1.writes).complete(run, resultOf(), auditOf('analysis_completed', run));
      await eventually(() => harness.latestInTable(run.documentId), 'the commit');
      expect(await harness.analyses.latestOf(run.documentId)).toBeUndefined();
      return run;
    };
    const watch = () => new AnalysisWatch(harness.analyses, new ChangeFeed());
    const { signal } = new AbortController();

    it('are the latest to whoever waited for them', async () => {
      const { analysisId, documentId } = await completeUnsettled();
      expect(await watch().untilEnded(analysisId, 1000, signal)).toMatchObject({ status: 'completed' });
      expect(await harness.analyses.latestOf(documentId)).toBe(analysisId);
    });

    it('are the latest to whoever watched them end', async () => {
      const run = await completeUnsettled();
      for await (const { status } of watch().eventsAfter(run, 0, signal)) {
        if (status === 'completed') expect(await harness.analyses.latestOf(run.documentId)).toBe(run.analysisId);
      }
      expect.assertions(3);
    });
  });

  it('are served without PostgreSQL', async () => {
    const run = await startRun(harness);
    await complete(run);
    await filled(analysisKey(run.analysisId));
    const planted = 'planted' as AnalysisId;
    const text = (await redis.run((client) => client.get(latestAnalysisKey(run.documentId)))) ?? '';
    const other = text.replace(run.analysisId, planted);
    await redis.run((client) => client.set(latestAnalysisKey(run.documentId), other));
    expect(await harness.analyses.latestOf(run.documentId)).toBe(planted);
  });

  it('are filled again after Redis lost everything', async () => {
    const run = await startRun(harness);
    await complete(run);
    const fromFill = await harness.analyses.get(run.analysisId);
    await redis.run((client) => client.flushall());
    expect(await harness.analyses.get(run.analysisId)).toEqual(fromFill);
    expect(await filled(analysisKey(run.analysisId))).toBeDefined();
    expect(await harness.analyses.get(run.analysisId)).toEqual(fromFill);
  });

  it('go with their document', async () => {
    const run = await startRun(harness);
    await complete(run);
    await filled(analysisKey(run.analysisId));
    const { documentId } = run;
    await harness.analyses.purge(documentId, new Date(), () => auditOf('analysis_cancelled', run));
    expect(await redis.run((client) => client.exists(analysisKey(run.analysisId)))).toBe(0);
    expect(await harness.analyses.latestOf(documentId)).toBeUndefined();
  });
});
