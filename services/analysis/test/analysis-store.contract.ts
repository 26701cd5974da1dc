import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnalysisId, DocumentId, UserId } from '../src/domain/analysis.ts';
import { AnalysisRequestError } from '../src/domain/errors.ts';
import type { AnalysisRequest } from '../src/storage/analysis-store.ts';
import { newId, sha256 } from './analysis-stack.ts';
import { auditOf, fullReview, newRequest, partialReview, resultOf } from './store-fixtures.ts';
import { type OpenStores, type StoreHarness, startRun } from './store-harness.ts';

const dayMs = 24 * 60 * 60 * 1000;
const refused = (kind: string) => expect.objectContaining({ name: 'AnalysisRequestError', kind });

/** What `AnalysisStore` promises, whatever it is made of. */
export function describeAnalysisStoreContract(name: string, open: OpenStores): void {
  describe.concurrent(`an analysis store: ${name}`, () => {
    let harness: StoreHarness;
    beforeAll(async () => {
      harness = await open();
    });
    afterAll(() => harness[Symbol.asyncDispose]());

    const ask = (request: AnalysisRequest) => harness.analyses.request(request, auditOf('analysis_requested', request));
    const complete = async (given: Parameters<typeof newRequest>[0] = {}, review = fullReview) => {
      const run = await startRun(harness, given);
      await harness.runs.complete(run, resultOf(review), auditOf('analysis_completed', run));
      return run;
    };

    describe('request', () => {
      it('makes a queued analysis with one event, one job and one audit event', async () => {
        const request = newRequest({ promptSha256: sha256('prompt') });
        expect(await ask(request)).toEqual({ analysisId: request.analysisId, reused: false });

        const { requestedAt, allowFallback: _, ...same } = request;
        expect(await harness.analyses.get(request.analysisId)).toEqual({
          ...same,
          status: 'queued',
          textSha256: '',
          createdAt: requestedAt,
          processingTimeMs: 0,
        });
        expect(await harness.analyses.eventsAfter(request.analysisId, 0, 10)).toEqual({
          events: [{ sequence: 1, status: 'queued', stage: 'waiting', fraction: 0, occurredAt: requestedAt }],
          isEnd: false,
        });
        expect(await harness.jobCount(request.analysisId)).toBe(1);
        expect(await harness.auditTypes(request.analysisId)).toEqual(['analysis_requested']);
      });

      it('does not give back what the built-in engine did in place of another', async () => {
        const { documentId } = await complete(
          {},
          { ...fullReview, fallback: { engine: 'ollama', reason: 'model_unreachable', message: 'It is not there.' } },
        );
        const request = newRequest({ documentId, reusableFor: { textSha256: sha256('the text') } });
        expect(await ask(request)).toEqual({ analysisId: request.analysisId, reused: false });
      });

      it('gives back the finished analysis of the same text, type and provenance', async () => {
        const { analysisId, documentId } = await complete();
        const again = newRequest({ documentId, reusableFor: { textSha256: sha256('the text') } });
        expect(await ask(again)).toEqual({ analysisId, reused: true });
        expect(await harness.analyses.get(again.analysisId)).toBeUndefined();
        expect(await harness.jobCount(again.analysisId)).toBe(0);
        expect(await harness.auditTypes(again.analysisId)).toEqual([]);
      });

      it('gives back a partial analysis too, and of several the newest', async () => {
        const { documentId } = await complete();
        const newest = await complete({ documentId }, partialReview);
        const again = newRequest({ documentId, reusableFor: { textSha256: sha256('the text') } });
        expect(await ask(again)).toEqual({ analysisId: newest.analysisId, reused: true });
      });

      it.each<[string, Partial<AnalysisRequest>]>([
        ['another text', { reusableFor: { textSha256: sha256('another text') } }],
        ['another version of the engine', { engineVersion: '2.0.1' }],
        ['another ruleset', { rulesetVersion: '2026.2' }],
        ['another model', { modelUsed: 'builtin-3' }],
        ['another prompt', { promptSha256: sha256('prompt') }],
        ['another position', { position: 'customer' }],
        ['another document', { documentId: newId<DocumentId>() }],
      ])('makes a new analysis for %s', async (_, difference) => {
        const { documentId } = await complete();
        const request = newRequest({ documentId, reusableFor: { textSha256: sha256('the text') }, ...difference });
        expect(await ask(request)).toEqual({ analysisId: request.analysisId, reused: false });
      });

      it('makes a new analysis when the earlier one failed or was cancelled', async () => {
        const documentId = newId<DocumentId>();
        const failed = await startRun(harness, { documentId });
        const failure = { error: { reason: 'review_failed', message: 'It failed.' }, now: new Date() };
        await harness.runs.fail(failed, failure, auditOf('analysis_failed', failed));
        const cancelled = await startRun(harness, { documentId });
        await harness.analyses.cancel(cancelled.analysisId, new Date(), auditOf('analysis_cancelled', cancelled));

        const request = newRequest({ documentId, reusableFor: { textSha256: sha256('the text') } });
        expect(await ask(request)).toMatchObject({ reused: false });
      });

      it('throws the refusal instead of making an analysis, and leaves nothing behind', async () => {
        const refusal = new AnalysisRequestError('document_unreadable', 'It is encrypted.');
        const request = newRequest({ refusal, idempotency: { key: 'one', request: 'a' } });
        await expect(ask(request)).rejects.toBe(refusal);
        expect(await harness.analyses.get(request.analysisId)).toBeUndefined();
        const { refusal: _, ...allowed } = request;
        expect(await ask(allowed)).toEqual({ analysisId: request.analysisId, reused: false });
      });
    });

    it('refuses a user who has a thousand unfinished reviews, and nobody else, until one of them ends', async () => {
      const requestedBy = newId<UserId>();
      const first = newRequest({ requestedBy });
      await ask(first);
      await harness.copyAnalysis(first.analysisId, 999);
      await expect(ask(newRequest({ requestedBy }))).rejects.toEqual(refused('too_many_unfinished'));
      expect(await ask(newRequest({ requestedBy: newId<UserId>() }))).toMatchObject({ reused: false });
      await harness.analyses.cancel(first.analysisId, new Date(), auditOf('analysis_cancelled', first));
      expect(await ask(newRequest({ requestedBy }))).toMatchObject({ reused: false });
    });

    describe('an idempotency key', () => {
      const requestedBy = newId<UserId>();
      const idempotency = (key: string, request = 'the same') => ({ requestedBy, idempotency: { key, request } });

      it('stands for the analysis that its first request made, whatever became of the document since', async () => {
        const first = newRequest(idempotency('replayed'));
        await ask(first);
        const refusal = new AnalysisRequestError('document_unreadable', 'It is encrypted.');
        const second = newRequest({ ...idempotency('replayed'), documentId: first.documentId, refusal });
        expect(await ask(second)).toEqual({ analysisId: first.analysisId, reused: false });
        expect(await harness.jobCount(first.analysisId)).toBe(1);
        expect(await harness.analyses.get(second.analysisId)).toBeUndefined();
      });

      it('stands for a reused analysis as such', async () => {
        const { analysisId, documentId } = await complete();
        const request = () =>
          newRequest({
            ...idempotency('reused'),
            documentId,
            reusableFor: { textSha256: sha256('the text') },
          });
        expect(await ask(request())).toEqual({ analysisId, reused: true });
        await complete({ documentId });
        expect(await ask(request())).toEqual({ analysisId, reused: true });
      });

      it('is refused for another request', async () => {
        await ask(newRequest(idempotency('taken')));
        await expect(ask(newRequest(idempotency('taken', 'another')))).rejects.toEqual(
          refused('idempotency_key_reused'),
        );
      });

      it('means nothing for another user', async () => {
        await ask(newRequest(idempotency('mine')));
        const request = newRequest({ ...idempotency('mine', 'another'), requestedBy: newId<UserId>() });
        expect(await ask(request)).toMatchObject({ analysisId: request.analysisId });
      });

      it('makes one analysis when it comes twice at once', async () => {
        const documentId = newId<DocumentId>();
        const answers = await Promise.all(
          Array.from({ length: 8 }, () => ask(newRequest({ ...idempotency('at once'), documentId }))),
        );
        expect(new Set(answers.map(({ analysisId }) => analysisId)).size).toBe(1);
        expect(await harness.analyses.list(documentId, { limit: 10, offset: 0 })).toMatchObject({ totalCount: 1 });
      });

      it('is free again after a day, and swept', async () => {
        const longAgo = new Date(Date.now() - dayMs - 1000);
        await ask(newRequest({ ...idempotency('old'), requestedAt: longAgo }));
        const request = newRequest(idempotency('old', 'another'));
        expect(await ask(request)).toMatchObject({ analysisId: request.analysisId });

        await ask(newRequest({ ...idempotency('older'), requestedAt: longAgo }));
        expect(await harness.analyses.sweepIdempotencyKeys(new Date(), 100)).toBe(1);
      });
    });

    describe('reading', () => {
      it('finds nothing where there is nothing', async () => {
        expect(await harness.analyses.get(newId<AnalysisId>())).toBeUndefined();
        expect(await harness.analyses.latestOf(newId<DocumentId>())).toBeUndefined();
        expect(await harness.analyses.eventsAfter(newId<AnalysisId>(), 0, 10)).toBeUndefined();
        expect(await harness.analyses.list(newId<DocumentId>(), { limit: 10, offset: 0 })).toEqual({
          analyses: [],
          totalCount: 0,
        });
      });

      it('shows an analysis that was not there a moment ago', async () => {
        const request = newRequest();
        expect(await harness.analyses.get(request.analysisId)).toBeUndefined();
        await ask(request);
        expect(await harness.analyses.get(request.analysisId)).toMatchObject({ status: 'queued' });
      });

      it('lists the newest request first, without findings, with the total on every page', async () => {
        const documentId = newId<DocumentId>();
        const ids: AnalysisId[] = [];
        for (const minute of [1, 3, 2]) {
          const { analysisId } = await startRun(harness, {
            documentId,
            requestedAt: new Date(Date.UTC(2026, 1, 1, 0, minute)),
          });
          ids.push(analysisId);
        }
        const [first, third, second] = ids;
        const newest = await complete({ documentId });

        const all = await harness.analyses.list(documentId, { limit: 10, offset: 0 });
        expect(all.analyses.map(({ analysisId }) => analysisId)).toEqual([newest.analysisId, third, second, first]);
        expect(all.analyses[0]).not.toHaveProperty('review');
        expect(all.analyses[0]).toMatchObject({ status: 'completed', textSha256: sha256('the text') });

        const page = await harness.analyses.list(documentId, { limit: 2, offset: 1 });
        expect(page.analyses.map(({ analysisId }) => analysisId)).toEqual([third, second]);
        expect(page.totalCount).toBe(4);
        expect(await harness.analyses.list(documentId, { limit: 2, offset: 4 })).toEqual({
          analyses: [],
          totalCount: 4,
        });
      });

      it('tells the events after a given one, in order, and whether they are the last', async () => {
        const run = await startRun(harness);
        for (const fraction of [0.25, 0.5, 0.75]) {
          await harness.runs.report(run, { stage: 'clauses', fraction }, new Date());
        }
        const running = await harness.analyses.eventsAfter(run.analysisId, 2, 2);
        expect(running).toMatchObject({ events: [{ sequence: 3 }, { sequence: 4, fraction: 0.5 }], isEnd: false });

        await harness.runs.complete(run, resultOf(), auditOf('analysis_completed', run));
        const { analysisId } = run;
        expect(await harness.analyses.eventsAfter(analysisId, 3, 2)).toMatchObject({
          events: [{ sequence: 4 }, { sequence: 5 }],
          isEnd: false,
        });
        expect(await harness.analyses.eventsAfter(analysisId, 5, 10)).toMatchObject({
          events: [{ sequence: 6, status: 'completed', stage: 'ended', fraction: 1 }],
          isEnd: true,
        });
        expect(await harness.analyses.eventsAfter(analysisId, 6, 10)).toEqual({ events: [], isEnd: true });
      });
    });

    describe('cancel', () => {
      it('ends a queued analysis, which then cannot be started', async () => {
        const request = newRequest();
        await ask(request);
        const now = new Date();
        expect(await harness.analyses.cancel(request.analysisId, now, auditOf('analysis_cancelled', request))).toBe(
          true,
        );
        expect(await harness.analyses.get(request.analysisId)).toMatchObject({ status: 'cancelled', completedAt: now });
        expect(await harness.runs.start(request.analysisId, new Date())).toBeUndefined();
        expect(await harness.auditTypes(request.analysisId)).toEqual(['analysis_requested', 'analysis_cancelled']);
      });

      it('ends a running one where it is, and drops its result', async () => {
        const run = await startRun(harness);
        await harness.runs.report(run, { stage: 'clauses', fraction: 0.5 }, new Date());
        await harness.analyses.cancel(run.analysisId, new Date(), auditOf('analysis_cancelled', run));

        expect(await harness.runs.complete(run, resultOf(), auditOf('analysis_completed', run))).toBe(false);
        expect(await harness.analyses.get(run.analysisId)).not.toHaveProperty('review');
        expect(await harness.analyses.latestOf(run.documentId)).toBeUndefined();
        expect(await harness.analyses.eventsAfter(run.analysisId, 3, 10)).toMatchObject({
          events: [{ sequence: 4, status: 'cancelled', stage: 'ended', fraction: 0.5 }],
          isEnd: true,
        });
      });

      it('leaves a finished analysis alone, and an unknown one unknown', async () => {
        const run = await complete();
        expect(await harness.analyses.cancel(run.analysisId, new Date(), auditOf('analysis_cancelled', run))).toBe(
          false,
        );
        expect(await harness.analyses.get(run.analysisId)).toMatchObject({ status: 'completed' });
        const unknown = newRequest();
        expect(
          await harness.analyses.cancel(unknown.analysisId, new Date(), auditOf('analysis_cancelled', unknown)),
        ).toBe(false);
        expect(await harness.auditTypes(run.analysisId)).toEqual(['analysis_requested', 'analysis_completed']);
      });
    });

    describe('purge', () => {
      const purge = (documentId: DocumentId) =>
        harness.analyses.purge(documentId, new Date(), (analysisId) =>
          auditOf('analysis_cancelled', { analysisId, documentId, requestedBy: newId<UserId>() }),
        );

      it('removes all analyses, and no read finds them any more', async () => {
        const done = await complete();
        const { documentId } = done;
        const running = await startRun(harness, { documentId });
        await harness.analyses.get(done.analysisId);
        await harness.analyses.latestOf(documentId);

        expect(new Set(await purge(documentId))).toEqual(new Set([done.analysisId, running.analysisId]));
        expect(await harness.analyses.get(done.analysisId)).toBeUndefined();
        expect(await harness.analyses.latestOf(documentId)).toBeUndefined();
        expect(await harness.analyses.list(documentId, { limit: 10, offset: 0 })).toMatchObject({ totalCount: 0 });
        expect(await harness.analyses.eventsAfter(done.analysisId, 0, 10)).toBeUndefined();
        expect(await harness.auditTypes(running.analysisId)).toEqual(['analysis_requested', 'analysis_cancelled']);
        expect(await harness.auditTypes(done.analysisId)).toEqual(['analysis_requested', 'analysis_completed']);

        expect(await harness.runs.complete(running, resultOf(), auditOf('analysis_completed', running))).toBe(false);
        expect(await purge(documentId)).toEqual([]);
      });

      it('holds for a document that nothing was known of', async () => {
        const documentId = newId<DocumentId>();
        expect(await purge(documentId)).toEqual([]);
        await expect(ask(newRequest({ documentId }))).rejects.toEqual(refused('document_not_found'));
      });

      it('leaves no analysis behind that was asked for at the same time', async () => {
        const documentId = newId<DocumentId>();
        const requests = Array.from({ length: 10 }, () => newRequest({ documentId }));
        const [purged, ...asked] = await Promise.allSettled([purge(documentId), ...requests.map((one) => ask(one))]);
        expect(purged?.status).toBe('fulfilled');
        const reasons = asked.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
        expect(reasons).toEqual(reasons.map(() => refused('document_not_found')));
        expect(await harness.analyses.list(documentId, { limit: 10, offset: 0 })).toMatchObject({ totalCount: 0 });
      });
    });
  });
}
