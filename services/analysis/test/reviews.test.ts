import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChangeFeed } from '../src/change-feed.ts';
import type { Documents, DocumentText } from '../src/documents/documents.ts';
import type { AnalysisId } from '../src/domain/analysis.ts';
import { Reviews } from '../src/reviews.ts';
import { newId, sha256, silentLogger } from './analysis-stack.ts';
import { ScriptedEngine } from './scripted-engine.ts';
import { auditOf, newRequest } from './store-fixtures.ts';
import { openPgStores, type StoreHarness } from './store-harness.ts';

const attempt = { signal: new AbortController().signal, isLastAttempt: false };

describe.concurrent('a review', () => {
  let harness: StoreHarness;
  beforeAll(async () => {
    harness = await openPgStores();
  });
  afterAll(() => harness[Symbol.asyncDispose]());

  async function ask(): Promise<AnalysisId> {
    const request = newRequest();
    await harness.analyses.request(request, auditOf('analysis_requested', request));
    return request.analysisId;
  }

  function reviewsOf(text: string | undefined, engine = new ScriptedEngine()): Reviews {
    return new Reviews({
      runs: harness.runs,
      documents: textsAre(text),
      engines: { builtin: engine },
      feed: new ChangeFeed(),
      logger: silentLogger,
      textWaitMs: 100,
    });
  }

  it('that is done twice at once takes effect once', async () => {
    const analysisId = await ask();
    const engine = new ScriptedEngine();
    const reviews = reviewsOf('Agreement !work 300', engine);
    await Promise.all([reviews.review(analysisId, attempt), reviews.review(analysisId, attempt)]);
    expect(engine).toMatchObject({ begun: 2, aborted: 1 });
    expect(await harness.analyses.get(analysisId)).toMatchObject({ status: 'completed' });
    expect(await harness.auditTypes(analysisId)).toEqual(['analysis_requested', 'analysis_completed']);
  });

  it('that is done again after its end changes nothing', async () => {
    const analysisId = await ask();
    const engine = new ScriptedEngine();
    await reviewsOf('Agreement', engine).review(analysisId, attempt);
    const done = await harness.analyses.get(analysisId);
    await reviewsOf('Another Agreement', engine).review(analysisId, attempt);
    expect(await harness.analyses.get(analysisId)).toEqual(done);
    expect(engine.begun).toBe(1);
  });

  it('is left to the next attempt when the engine fails, and ends as failed after the last', async () => {
    const analysisId = await ask();
    const reviews = reviewsOf('Agreement !crash');
    await expect(reviews.review(analysisId, attempt)).rejects.toThrow('scripted to crash');
    expect(await harness.analyses.get(analysisId)).toMatchObject({ status: 'running' });

    await reviews.review(analysisId, { ...attempt, isLastAttempt: true });
    expect(await harness.analyses.get(analysisId)).toMatchObject({
      status: 'failed',
      error: { reason: 'review_failed', message: expect.stringContaining('2 attempts') },
    });
    expect(await harness.auditTypes(analysisId)).toEqual(['analysis_requested', 'analysis_failed']);
  });

  it('ends as failed when its workers all disappeared', async () => {
    const analysisId = await ask();
    await harness.runs.start(analysisId, new Date());
    await reviewsOf('Agreement').giveUp(analysisId);
    expect(await harness.analyses.get(analysisId)).toMatchObject({
      status: 'failed',
      error: { reason: 'workers_lost' },
    });
    await reviewsOf('Agreement').giveUp(analysisId);
    expect(await harness.auditTypes(analysisId)).toEqual(['analysis_requested', 'analysis_failed']);
  });

  it('ends as failed when the text does not come', async () => {
    const analysisId = await ask();
    await reviewsOf(undefined).review(analysisId, attempt);
    expect(await harness.analyses.get(analysisId)).toMatchObject({
      status: 'failed',
      error: { reason: 'document_text_unavailable' },
    });
  });

  it('is left to another worker when the attempt is taken away', async () => {
    const analysisId = await ask();
    const process = new AbortController();
    const reviewed = reviewsOf('Agreement !work 5000').review(analysisId, { ...attempt, signal: process.signal });
    setTimeout(() => process.abort(new Error('shut down')), 100);
    await expect(reviewed).rejects.toMatchObject({ name: 'AbortError' });
    expect(await harness.analyses.get(analysisId)).toMatchObject({ status: 'running' });
    await reviewsOf('Agreement').review(analysisId, attempt);
    expect(await harness.analyses.get(analysisId)).toMatchObject({ status: 'completed' });
  });
});

/** Every document has this text, or none yet. */
function textsAre(text: string | undefined): Documents {
  const document: DocumentText | undefined =
    text === undefined ? undefined : { text, pages: [], textSha256: sha256(text) };
  return {
    requireReadable: async () => undefined,
    checkAccess: async () => ({ status: 'ready', textSha256: sha256(newId<string>()) }),
    filenameOf: async () => 'contract.txt',
    readText: async () => document,
  };
}
