import { RedisConnection } from '@contract-reviewer/platform/redis/connection';
import type { WatchAnalysisResponse } from '@contract-reviewer/proto/analysis/v1/analysis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, sha256, silentLogger } from './analysis-stack.ts';
import type { NeighbourDocument, User } from './neighbours.ts';
import {
  type AnalysisClient,
  analyze,
  openServiceHarness,
  type ScriptedReplica,
  type ServiceHarness,
} from './service-harness.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let harness: ServiceHarness;
let replica: ScriptedReplica;
let client: AnalysisClient;
let user: User;
beforeAll(async () => {
  harness = stack.use(await openServiceHarness({ ANALYSIS_CONCURRENCY: '4' }));
  replica = stack.use(await harness.startReplica());
  client = replica.client;
  user = harness.neighbours.addUser();
});

const as = ({ authorization }: User) => ({ authorization });
const newDocument = (text?: string, given: Partial<NeighbourDocument> = {}) =>
  harness.neighbours.addDocument({ ownerId: user.userId, ...(text === undefined ? {} : { text }), ...given });
/** Texts are different, so that none is a repetition of another. */
let count = 0;
const working = (ms: number) => newDocument(`Agreement ${++count}. !work ${ms}`);
const auditTypes = (analysisId: string) => harness.neighbours.auditEvents(analysisId).map(({ type }) => type);

async function eventsOf(from: AnalysisClient, analysisId: string, afterSequence = 0): Promise<WatchAnalysisResponse[]> {
  return Array.fromAsync(from.watchAnalysis({ analysisId, afterSequence }, as(user)));
}

describe('asking for an analysis', () => {
  it('has the document reviewed, and gives the whole result', async () => {
    const text = 'This Agreement 😀 amends the Agreement.';
    const documentId = newDocument(text);
    const { analysis, reused } = await analyze(client, user, documentId);
    expect(reused).toBe(false);
    expect(analysis).toMatchObject({
      documentId,
      analysisType: 'contract_review',
      status: 'completed',
      engine: 'builtin',
      modelUsed: 'scripted',
      engineVersion: '1.0.0',
      rulesetVersion: '1',
      textSha256: sha256(text),
      processingTimeMs: expect.any(Number),
      createdAt: expect.any(Date),
      completedAt: expect.any(Date),
      savedAt: expect.any(Date),
      coverage: { totalChars: 38, readChars: 38, pages: 1, unread: [] },
      clauses: [
        {
          category: 'Document Name',
          spans: [
            { start: 5, end: 14 },
            { start: 28, end: 37 },
          ],
        },
      ],
      missingClauses: [{ category: 'Governing Law', searched: ['laws of'] }],
      riskScore: 0.5,
      droppedFindings: 0,
    });
    expect((await client.getAnalysis({ analysisId: analysis.analysisId }, as(user))).analysis).toEqual(analysis);
    expect((await client.getLatestAnalysis({ documentId }, as(user))).analysis).toEqual(analysis);
  });

  it('is recorded in the audit log, with its end, once each', async () => {
    const documentId = newDocument();
    const { analysis } = await analyze(client, user, documentId);
    await eventually(async () => auditTypes(analysis.analysisId).length >= 2, 'delivery of the audit events');
    const [requested, completed] = harness.neighbours.auditEvents(analysis.analysisId);
    expect(requested).toMatchObject({
      type: 'analysis_requested',
      service: 'analysis',
      userId: user.userId,
      sessionId: user.authorization.replace('Bearer ', ''),
      documentId,
    });
    expect(completed).toMatchObject({ type: 'analysis_completed', userId: user.userId, documentId });
  });

  it('answers at once when it is not to wait, and with what there is when the wait is over', async () => {
    const documentId = working(1500);
    const asked = performance.now();
    const { analysis } = await analyze(client, user, documentId, { waitSeconds: 0 });
    expect(performance.now() - asked).toBeLessThan(1400);
    expect(analysis).toMatchObject({ status: expect.toBeOneOf(['queued', 'running']), clauses: [] });
    const { analysis: waited } = await analyze(client, user, working(1500), { waitSeconds: 0.5 });
    expect(['queued', 'running']).toContain(waited.status);
  });

  it.each([
    ['', { accessTakesMs: 0 }],
    [', and however long it takes to begin', { accessTakesMs: 900 }],
  ])('answers before the deadline of the call, however long it was to wait%s', async (_when, given) => {
    const documentId = newDocument(`Agreement ${++count}. !work 8000`, given);
    const answering = client.analyzeDocument(
      {
        documentId,
        analysisType: '',
        engine: '',
        position: '',
        allowFallback: false,
        force: false,
        wait: { seconds: 60n, nanos: 0 },
      },
      { ...as(user), timeoutMs: 2000 },
    );
    // Only what comes before the wait is slow.
    setTimeout(() => harness.neighbours.changeDocument(documentId, { accessTakesMs: 0 }), 300);
    const answer = await answering;
    expect(['queued', 'running']).toContain(answer.analysis?.status);
  });

  it('gives back an identical finished analysis, unless a new one is forced', async () => {
    const documentId = newDocument();
    const first = await analyze(client, user, documentId);
    expect(await analyze(client, user, documentId)).toEqual({ analysis: first.analysis, reused: true });
    expect(await analyze(client, user, documentId, { position: 'customer' })).toMatchObject({
      analysis: { position: 'customer' },
      reused: false,
    });
    const forced = await analyze(client, user, documentId, { force: true });
    expect(forced).toMatchObject({ reused: false, analysis: { status: 'completed' } });
    expect(forced.analysis.analysisId).not.toBe(first.analysis.analysisId);
  });

  it('gives the same analysis for the same idempotency key, and refuses the key for anything else', async () => {
    const documentId = newDocument();
    const wish = { idempotencyKey: 'k-1', force: true };
    const first = await analyze(client, user, documentId, wish);
    const second = await analyze(client, user, documentId, wish);
    expect(second).toEqual(first);
    await expect(analyze(client, user, newDocument(), wish)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'IDEMPOTENCY_KEY_REUSED',
    });
    const other = harness.neighbours.addUser();
    const othersDocument = harness.neighbours.addDocument({ ownerId: other.userId });
    await expect(analyze(client, other, othersDocument, wish)).resolves.toMatchObject({ reused: false });
  });

  it('says that parts were not read when they were not', async () => {
    const { analysis } = await analyze(client, user, newDocument('Agreement with more !unread'));
    expect(analysis).toMatchObject({ status: 'partial', coverage: { unread: [{ reason: 'scripted' }] } });
    const { documentId } = analysis;
    expect((await client.getLatestAnalysis({ documentId }, as(user))).analysis?.status).toBe('partial');
  });

  it.each([
    ['needs_ocr', 'DOCUMENT_NEEDS_OCR'],
    ['unreadable', 'DOCUMENT_UNREADABLE'],
  ])('is refused for a document that is known as %s', async (status, reason) => {
    const statusReason = { reason: 'encrypted', message: 'The file is encrypted.' };
    const documentId = harness.neighbours.addDocument({ ownerId: user.userId, status, statusReason });
    await expect(analyze(client, user, documentId)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason,
      message: 'The file is encrypted.',
      metadata: { status_reason: 'encrypted' },
    });
    expect(await client.listAnalyses({ documentId, limit: 0, offset: 0 }, as(user))).toMatchObject({ totalCount: 0 });
  });

  it('waits for a text that is still being extracted', async () => {
    const documentId = harness.neighbours.addDocument({ ownerId: user.userId, status: 'extracting' });
    const answer = analyze(client, user, documentId);
    await new Promise((resolve) => setTimeout(resolve, 300));
    harness.neighbours.changeDocument(documentId, { status: 'ready' });
    expect(await answer).toMatchObject({ analysis: { status: 'completed' } });
  });

  it('ends as failed, with the reason, when the extraction finds no text', async () => {
    const documentId = harness.neighbours.addDocument({ ownerId: user.userId, status: 'uploaded' });
    const { analysis } = await analyze(client, user, documentId, { waitSeconds: 0 });
    const statusReason = { reason: 'encrypted', message: 'The file is encrypted.' };
    harness.neighbours.changeDocument(documentId, { status: 'unreadable', statusReason });
    const events = await eventsOf(client, analysis.analysisId);
    expect(events.at(-1)).toMatchObject({ status: 'failed', stage: 'ended' });
    expect((await client.getAnalysis({ analysisId: analysis.analysisId }, as(user))).analysis).toMatchObject({
      status: 'failed',
      error: { reason: 'document_unreadable', message: 'The file is encrypted.' },
      clauses: [],
    });
    await expect(client.getLatestAnalysis({ documentId }, as(user))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      reason: 'ANALYSIS_NOT_FOUND',
    });
    await eventually(async () => auditTypes(analysis.analysisId).includes('analysis_failed'));
  });

  it('is tried again when the engine crashes', async () => {
    const { analysis } = await analyze(client, user, newDocument('Agreement !crash once'), { waitSeconds: 15 });
    expect(analysis.status).toBe('completed');
    const events = await eventsOf(client, analysis.analysisId);
    expect(events.map(({ status }) => status)).toEqual(['queued', 'running', 'running', 'completed']);
  });
});

describe('who may do what', () => {
  it('is asked of the document service: no session, no permission to analyze, none to read what comes of it, a foreign document', async () => {
    const documentId = newDocument();
    await expect(analyze(client, { userId: '', authorization: '' }, documentId)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    const reader = harness.neighbours.addUser(['read']);
    const readersDocument = harness.neighbours.addDocument({ ownerId: reader.userId });
    await expect(analyze(client, reader, readersDocument)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    const blind = harness.neighbours.addUser(['analyze']);
    const blindsDocument = harness.neighbours.addDocument({ ownerId: blind.userId });
    await expect(analyze(client, blind, blindsDocument)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    const stranger = harness.neighbours.addUser();
    await expect(analyze(client, stranger, documentId)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      reason: 'DOCUMENT_NOT_FOUND',
    });
  });

  it('keeps the analyses of a foreign document as secret as those that do not exist', async () => {
    const { analysis } = await analyze(client, user, newDocument());
    const stranger = harness.neighbours.addUser();
    const notFound = { code: 'NOT_FOUND', reason: 'ANALYSIS_NOT_FOUND', message: 'There is no analysis of that id.' };
    for (const analysisId of [analysis.analysisId, 'no-such-analysis']) {
      await expect(client.getAnalysis({ analysisId }, as(stranger))).rejects.toMatchObject(notFound);
      await expect(client.cancelAnalysis({ analysisId }, as(stranger))).rejects.toMatchObject(notFound);
      const watched = Array.fromAsync(client.watchAnalysis({ analysisId, afterSequence: 0 }, as(stranger)));
      await expect(watched).rejects.toMatchObject(notFound);
    }
    const { documentId } = analysis;
    await expect(client.getLatestAnalysis({ documentId }, as(stranger))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(client.listAnalyses({ documentId, limit: 0, offset: 0 }, as(stranger))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('says everything that is wrong with a request at once', async () => {
    const wrong = analyze(client, user, 'no/such id', {
      waitSeconds: 61,
      analysisType: 'poem',
      engine: 'oracle',
      idempotencyKey: '',
    });
    await expect(wrong).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      fieldViolations: [
        { field: 'document_id' },
        { field: 'analysis_type' },
        { field: 'engine' },
        { field: 'wait' },
        { field: 'idempotency_key' },
      ],
    });
    const documentId = newDocument();
    for (const page of [
      { limit: -1, offset: 0 },
      { limit: 101, offset: 0 },
      { limit: 1, offset: -1 },
    ]) {
      await expect(client.listAnalyses({ documentId, ...page }, as(user))).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
    await expect(eventsOf(client, 'an-id', -1)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('reading', () => {
  it('lists the analyses of a document, newest first, without their findings', async () => {
    const documentId = newDocument();
    const first = await analyze(client, user, documentId);
    const second = await analyze(client, user, documentId, { force: true });
    const list = await client.listAnalyses({ documentId, limit: 1, offset: 0 }, as(user));
    expect(list).toMatchObject({ totalCount: 2, limit: 1, offset: 0 });
    expect(list.analyses.map(({ analysisId }) => analysisId)).toEqual([second.analysis.analysisId]);
    expect(list.analyses[0]).toMatchObject({ status: 'completed', clauses: [], summary: undefined });
    const rest = await client.listAnalyses({ documentId, limit: 0, offset: 1 }, as(user));
    expect(rest.analyses.map(({ analysisId }) => analysisId)).toEqual([first.analysis.analysisId]);
  });

  it('is a miss and then a hit, with the same answer, after Redis lost everything', async () => {
    const documentId = newDocument();
    await analyze(client, user, documentId);
    const outcomes: string[] = [];
    const latest = () =>
      client.getLatestAnalysis({ documentId }, { ...as(user), onCache: (outcome) => outcomes.push(outcome) });
    await eventually(async () => {
      await latest();
      return outcomes.at(-1) === 'HIT';
    }, 'a hit');
    await using admin = new RedisConnection({ url: harness.redis.url('admin'), logger: silentLogger });
    admin.connect();
    await eventually(async () => admin.runId);
    await admin.run((redis) => redis.flushall());
    outcomes.length = 0;
    const missed = await latest();
    const hit = await latest();
    expect(outcomes).toEqual(['MISS', 'HIT']);
    expect(hit).toEqual(missed);
    const keys = await admin.run((redis) => redis.keys('*'));
    const documented = [`analysis:${hit.analysis?.analysisId}`, `document_analysis:${documentId}`];
    expect(keys.filter((key) => !key.endsWith(':lease')).toSorted()).toEqual(documented.toSorted());
  });
});

describe('watching', () => {
  it('tells every step without gaps, live, up to the end', async () => {
    const { analysis } = await analyze(client, user, working(700), { waitSeconds: 0 });
    const events = await eventsOf(client, analysis.analysisId);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    expect(events[0]).toMatchObject({ status: 'queued', stage: 'waiting', fraction: 0 });
    expect(events[1]).toMatchObject({ status: 'running', stage: 'reading' });
    expect(events.at(-1)).toMatchObject({ status: 'completed', stage: 'ended', fraction: 1 });
    const stages = events.filter(({ stage }) => stage === 'clauses');
    expect(stages.length).toBeGreaterThanOrEqual(2);
    expect(stages.length).toBeLessThanOrEqual(5);
    const fractions = events.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });

  it('goes on after the event that was seen last, also when that was the end', async () => {
    const { analysis } = await analyze(client, user, newDocument());
    const all = await eventsOf(client, analysis.analysisId);
    expect(await eventsOf(client, analysis.analysisId, 1)).toEqual(all.slice(1));
    expect(await eventsOf(client, analysis.analysisId, all.length)).toEqual([]);
  });

  it('works on a replica that does not do the work, and is told at once', async () => {
    await using other = await harness.startReplica();
    const { analysis } = await analyze(client, user, working(1000), { waitSeconds: 0 });
    const delays: number[] = [];
    const events: WatchAnalysisResponse[] = [];
    for await (const event of other.client.watchAnalysis(
      { analysisId: analysis.analysisId, afterSequence: 0 },
      as(user),
    )) {
      if (events.length > 1) delays.push(Date.now() - (event.occurredAt?.getTime() ?? 0));
      events.push(event);
    }
    expect(events.at(-1)?.status).toBe('completed');
    expect(delays.toSorted((a, b) => a - b)[Math.floor(delays.length / 2)]).toBeLessThan(500);
  });

  it('ends when the session is revoked', async () => {
    const fickle = harness.neighbours.addUser();
    const documentId = harness.neighbours.addDocument({ ownerId: fickle.userId, text: 'Agreement !work 8000 revoked' });
    const { analysis } = await analyze(client, fickle, documentId, { waitSeconds: 0 });
    harness.neighbours.revoke(fickle);
    const watched = Array.fromAsync(
      client.watchAnalysis({ analysisId: analysis.analysisId, afterSequence: 0 }, as(fickle)),
    );
    await expect(watched).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('cancelling', () => {
  it('stops the work within about a second, and nothing comes of it', async () => {
    const { analysisId, documentId } = (await analyze(client, user, working(20_000), { waitSeconds: 0.3 })).analysis;
    const aborted = replica.engine.aborted;
    const cancelledAt = performance.now();
    const { analysis } = await client.cancelAnalysis({ analysisId }, as(user));
    expect(analysis).toMatchObject({ status: 'cancelled', completedAt: expect.any(Date) });
    await eventually(async () => replica.engine.aborted > aborted, 'the end of the work');
    expect(performance.now() - cancelledAt).toBeLessThan(1500);

    expect((await eventsOf(client, analysisId)).at(-1)).toMatchObject({ status: 'cancelled', stage: 'ended' });
    expect((await client.getAnalysis({ analysisId }, as(user))).analysis?.status).toBe('cancelled');
    await expect(client.getLatestAnalysis({ documentId }, as(user))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await eventually(async () => auditTypes(analysisId).includes('analysis_cancelled'));
    expect(auditTypes(analysisId)).not.toContain('analysis_completed');
    await expect(client.cancelAnalysis({ analysisId }, as(user))).resolves.toEqual({ analysis });
  });

  it('is refused once the analysis has ended', async () => {
    const { analysis } = await analyze(client, user, newDocument());
    await expect(client.cancelAnalysis({ analysisId: analysis.analysisId }, as(user))).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'ANALYSIS_FINISHED',
      metadata: { status: 'completed' },
    });
  });
});

describe('purging a document', () => {
  it('is for the document service alone', async () => {
    const documentId = newDocument();
    await expect(client.purgeDocument({ documentId }, as(user))).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('removes what was done, stops what is being done, and lets nothing new begin', async () => {
    const documentId = working(10_000);
    const done = await analyze(client, user, documentId, { waitSeconds: 0 });
    await client.cancelAnalysis({ analysisId: done.analysis.analysisId }, as(user));
    const running = await analyze(client, user, documentId, { waitSeconds: 0.3 });
    expect(running.analysis.status).toBe('running');
    const watched = eventsOf(client, running.analysis.analysisId).catch((error: unknown) => error);
    const aborted = replica.engine.aborted;

    const { purgedCount } = await client.purgeDocument({ documentId }, harness.asDocumentService);
    expect(purgedCount).toBe(2);
    await eventually(async () => replica.engine.aborted > aborted, 'the end of the work');
    expect(await watched).toMatchObject({ code: 'NOT_FOUND' });
    expect(await client.listAnalyses({ documentId, limit: 0, offset: 0 }, as(user))).toMatchObject({ totalCount: 0 });
    await expect(analyze(client, user, documentId)).rejects.toMatchObject({ reason: 'DOCUMENT_NOT_FOUND' });
    expect(await client.purgeDocument({ documentId }, harness.asDocumentService)).toEqual({ purgedCount: 0 });
  });
});

describe('a Redis that comes and goes', () => {
  it('costs nothing but time', async () => {
    const documentId = newDocument();
    await harness.redis.stop();
    const { analysis } = await analyze(client, user, documentId);
    expect(analysis.status).toBe('completed');
    expect((await client.getLatestAnalysis({ documentId }, as(user))).analysis).toEqual(analysis);
    expect((await eventsOf(client, analysis.analysisId)).at(-1)?.status).toBe('completed');

    await harness.redis.restart();
    const outcomes: string[] = [];
    await eventually(async () => {
      const onCache = (outcome: string) => outcomes.push(outcome);
      const latest = await client.getLatestAnalysis({ documentId }, { ...as(user), onCache });
      expect(latest.analysis).toEqual(analysis);
      return outcomes.at(-1) === 'HIT';
    }, 'a hit');
  });
});
