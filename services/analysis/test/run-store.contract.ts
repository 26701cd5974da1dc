import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnalysisId, DocumentId } from '../src/domain/analysis.ts';
import { newId, sha256 } from './analysis-stack.ts';
import { auditOf, fullReview, newRequest, partialReview, provenance, resultOf } from './store-fixtures.ts';
import { type OpenStores, type StoreHarness, startRun } from './store-harness.ts';

const failure = () => ({ error: { reason: 'document_unreadable', message: 'It is encrypted.' }, now: new Date() });

/** What `RunStore` promises, whatever it is made of. */
export function describeRunStoreContract(name: string, open: OpenStores): void {
  describe.concurrent(`a run store: ${name}`, () => {
    let harness: StoreHarness;
    beforeAll(async () => {
      harness = await open();
    });
    afterAll(() => harness[Symbol.asyncDispose]());

    it('starts a queued analysis, and again a running one, with a higher token each time', async () => {
      const first = await startRun(harness);
      expect(await harness.analyses.get(first.analysisId)).toMatchObject({
        status: 'running',
        startedAt: expect.any(Date),
      });
      const { startedAt } = (await harness.analyses.get(first.analysisId)) ?? {};
      const second = await harness.runs.start(first.analysisId, new Date());
      expect(second).toEqual({ ...first, attempt: first.attempt + 1 });
      expect(await harness.analyses.get(first.analysisId)).toMatchObject({ status: 'running', startedAt });
      expect(await harness.runs.start(newId<AnalysisId>(), new Date())).toBeUndefined();
    });

    it('stores the whole result, and every read gives back exactly that', async () => {
      const request = newRequest();
      const run = await startRun(harness, request);
      const result = resultOf(fullReview, {
        provenance: { ...provenance, engineVersion: '2.0.1', promptSha256: sha256('prompt') },
      });
      expect(await harness.runs.complete(run, result, auditOf('analysis_completed', run))).toBe(true);

      const stored = {
        ...result.provenance,
        analysisId: run.analysisId,
        documentId: run.documentId,
        requestedBy: run.requestedBy,
        analysisType: 'contract_review',
        status: 'completed',
        textSha256: result.textSha256,
        createdAt: request.requestedAt,
        startedAt: expect.any(Date),
        completedAt: result.completedAt,
        savedAt: expect.any(Date),
        processingTimeMs: 12.5,
        review: fullReview,
      };
      expect(await harness.analyses.get(run.analysisId)).toEqual(stored);
      expect(await harness.analyses.get(run.analysisId)).toEqual(stored);
      expect(await harness.analyses.latestOf(run.documentId)).toBe(run.analysisId);
      expect(await harness.auditTypes(run.analysisId)).toEqual(['analysis_requested', 'analysis_completed']);
    });

    it('calls a result partial when ranges were not read, and it is the latest all the same', async () => {
      const run = await startRun(harness);
      await harness.runs.complete(run, resultOf(partialReview), auditOf('analysis_completed', run));
      expect(await harness.analyses.get(run.analysisId)).toMatchObject({ status: 'partial', review: partialReview });
      expect(await harness.analyses.latestOf(run.documentId)).toBe(run.analysisId);
    });

    it('takes one result, however often it comes', async () => {
      const run = await startRun(harness);
      const outcomes = await Promise.all(
        Array.from({ length: 5 }, () => harness.runs.complete(run, resultOf(), auditOf('analysis_completed', run))),
      );
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect(await harness.auditTypes(run.analysisId)).toEqual(['analysis_requested', 'analysis_completed']);
      const page = await harness.analyses.eventsAfter(run.analysisId, 0, 10);
      expect(page?.events.map(({ status }) => status)).toEqual(['queued', 'running', 'completed']);
    });

    it('takes nothing from a run that was overtaken', async () => {
      const old = await startRun(harness);
      const current = await harness.runs.start(old.analysisId, new Date());
      if (!current) throw new Error('a running analysis can be started again');
      expect(await harness.runs.isCurrent(old)).toBe(false);
      expect(await harness.runs.report(old, { stage: 'clauses', fraction: 0.5 }, new Date())).toBe(false);
      expect(await harness.runs.complete(old, resultOf(partialReview), auditOf('analysis_completed', old))).toBe(false);
      expect(await harness.runs.fail(old, failure(), auditOf('analysis_failed', old))).toBe(false);

      expect(await harness.runs.isCurrent(current)).toBe(true);
      expect(await harness.runs.complete(current, resultOf(), auditOf('analysis_completed', current))).toBe(true);
      expect(await harness.runs.isCurrent(current)).toBe(false);
      expect(await harness.analyses.get(old.analysisId)).toMatchObject({ status: 'completed' });
      expect(await harness.auditTypes(old.analysisId)).toEqual(['analysis_requested', 'analysis_completed']);
    });

    it('ends an analysis with the reason of its failure, and leaves the latest as it was', async () => {
      const good = await startRun(harness);
      await harness.runs.complete(good, resultOf(), auditOf('analysis_completed', good));
      const run = await startRun(harness, { documentId: good.documentId });
      const { error, now } = failure();
      expect(await harness.runs.fail(run, { error, now }, auditOf('analysis_failed', run))).toBe(true);
      expect(await harness.analyses.get(run.analysisId)).toMatchObject({ status: 'failed', error, completedAt: now });
      expect(await harness.analyses.latestOf(run.documentId)).toBe(good.analysisId);
      expect(await harness.runs.start(run.analysisId, new Date())).toBeUndefined();
      expect(await harness.auditTypes(run.analysisId)).toEqual(['analysis_requested', 'analysis_failed']);
    });

    it('numbers events without gaps, also when they come at once', async () => {
      const run = await startRun(harness);
      await Promise.all(
        Array.from({ length: 20 }, (_, step) =>
          harness.runs.report(run, { stage: 'clauses', fraction: step / 20 }, new Date()),
        ),
      );
      await harness.runs.complete(run, resultOf(), auditOf('analysis_completed', run));
      const page = await harness.analyses.eventsAfter(run.analysisId, 0, 100);
      expect(page?.events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 23 }, (_, index) => index + 1));
    });

    it('names the result that was stored last as the latest, whenever it was asked for', async () => {
      const documentId = newId<DocumentId>();
      const older = await startRun(harness, { documentId });
      const newer = await startRun(harness, { documentId });
      expect(await harness.analyses.latestOf(documentId)).toBeUndefined();
      await harness.runs.complete(newer, resultOf(), auditOf('analysis_completed', newer));
      expect(await harness.analyses.latestOf(documentId)).toBe(newer.analysisId);
      await harness.runs.complete(older, resultOf(), auditOf('analysis_completed', older));
      expect(await harness.analyses.latestOf(documentId)).toBe(older.analysisId);
    });

    it('agrees on one latest when results come at once while it is being read', async () => {
      const documentId = newId<DocumentId>();
      const competing = await Promise.all(Array.from({ length: 6 }, () => startRun(harness, { documentId })));
      const reader = new AbortController();
      const reads = (async () => {
        while (!reader.signal.aborted) await harness.analyses.latestOf(documentId);
      })();
      const acknowledged: AnalysisId[] = [];
      await Promise.all(
        competing.map(async (run) => {
          await harness.runs.complete(run, resultOf(), auditOf('analysis_completed', run));
          acknowledged.push(run.analysisId);
        }),
      );
      reader.abort();
      await reads;
      const latest = await harness.latestInTable(documentId);
      expect(acknowledged).toContain(latest);
      expect(await harness.analyses.latestOf(documentId)).toBe(latest);
    });
  });
}
