import { Database } from '@contract-reviewer/platform/pg/database';
import type { ImportContext, Version1Family } from '@contract-reviewer/platform/version1/family';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnalysisId, DocumentId } from '../src/domain/analysis.ts';
import { schema } from '../src/schema.ts';
import { analysisFamily } from '../src/version1/analysis-family.ts';
import { pointerFamily } from '../src/version1/pointer-family.ts';
import { newId, silentLogger } from './analysis-stack.ts';
import { auditOf, fullReview, resultOf } from './store-fixtures.ts';
import { openPgStores, type StoreHarness, startRun } from './store-harness.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let stores: StoreHarness;
let database: Database;
const now = new Date('2026-05-01T00:00:00Z');
const nothingDeleted: ImportContext = { defaultOwnerId: undefined, now, deletedAmong: async () => new Set<string>() };

beforeAll(async () => {
  stores = stack.use(await openPgStores());
  database = stack.use(
    new Database({ url: stores.databaseUrl, applicationName: 'import test', schema, logger: silentLogger }),
  );
});

function importAll(family: Version1Family, entries: Record<string, string>, context = nothingDeleted) {
  const list = Object.entries(entries).map(([key, text]) => ({ key, text }));
  return database.transaction((transaction) => family.import(transaction, list, context));
}

function analysisOfVersion1(documentId: string, created: string, more: object = {}): string {
  return JSON.stringify({ document_id: documentId, status: 'completed', created_at: created, ...more });
}

async function rendered(family: Version1Family, key: string) {
  return (await family.render(database, [key])).get(key);
}

describe('an analysis of version 1', () => {
  it('keeps its id, its times and its text to the letter, and has no findings of ours', async () => {
    const documentId = newId<DocumentId>();
    const text = `{ "document_id": "${documentId}",  "timestamp": 1735693200, "model": "llama\\u0000", "risks": ["ß"],
      "processing_time": 1.5, "user_id": "u-1" }`;
    expect(await importAll(analysisFamily, { 'analysis:Review~1@acme': text })).toEqual(['imported']);
    const analysis = await stores.analyses.get('Review~1@acme' as AnalysisId);
    expect(analysis).toEqual({
      analysisId: 'Review~1@acme',
      documentId,
      requestedBy: 'u-1',
      analysisType: 'contract_review',
      status: 'completed',
      engine: 'version1',
      modelUsed: 'llama',
      engineVersion: '1',
      rulesetVersion: '',
      position: 'neutral',
      textSha256: '',
      createdAt: new Date('2025-01-01T01:00:00Z'),
      completedAt: new Date('2025-01-01T01:00:00Z'),
      savedAt: new Date('2025-01-01T01:00:00Z'),
      processingTimeMs: 1500,
      version1Original: text,
    });
    expect(await rendered(analysisFamily, 'analysis:Review~1@acme')).toBe(text);
    const page = await stores.analyses.list(documentId, { limit: 10, offset: 0 });
    expect(page.analyses[0]).not.toHaveProperty('version1Original');
    const events = await stores.analyses.eventsAfter('Review~1@acme' as AnalysisId, 0, 10);
    expect(events).toEqual({ events: [], isEnd: true });
  });

  it.each([
    ['failed', { status: 'error', error: 'out of memory' }, { reason: 'version1_failed', message: 'out of memory' }],
    ['failed', { status: 'failed' }, { reason: 'version1_failed' }],
    ['failed', { status: 'processing' }, { reason: 'version1_unfinished' }],
    ['cancelled', { status: 'Cancelled' }, undefined],
    ['partial', { status: 'partial' }, undefined],
    ['completed', { status: 'DONE' }, undefined],
    ['completed', { status: undefined }, undefined],
  ])('is %s if it says %j', async (status, more, error) => {
    const id = newId<AnalysisId>();
    await importAll(analysisFamily, { [`analysis:${id}`]: analysisOfVersion1(newId(), '2025-01-01', more) });
    const analysis = await stores.analyses.get(id);
    expect(analysis?.status).toBe(status);
    if (error) expect(analysis?.error).toMatchObject(error);
    else expect(analysis?.error).toBeUndefined();
  });

  it('is set aside, with the reason, if it does not fit; the others of its batch are not', async () => {
    const good = newId();
    const outcomes = await importAll(analysisFamily, {
      'analysis:two words': analysisOfVersion1('d', '2025-01-01'),
      [`analysis:${newId()}`]: '<html>',
      [`analysis:${newId<string>()}`]: '["d"]',
      [`analysis:${newId<string>()} `.trim()]: '{"status":"completed"}',
      [`analysis:${good}`]: analysisOfVersion1(newId(), '2025-01-01'),
    });
    expect(outcomes).toEqual([
      { setAside: 'invalid_id' },
      { setAside: 'not_json' },
      { setAside: 'not_an_object' },
      { setAside: 'no_document_id' },
      'imported',
    ]);
    expect(await stores.analyses.get(good as AnalysisId)).toBeDefined();
  });

  it('changes when version 1 writes it anew, and can be imported again without effect', async () => {
    const [documentId, id] = [newId<DocumentId>(), newId<AnalysisId>()];
    const running = analysisOfVersion1(documentId, '2025-01-01', { status: 'running' });
    const done = analysisOfVersion1(documentId, '2025-01-01', { summary: 'done' });
    await importAll(analysisFamily, { [`analysis:${id}`]: running });
    expect(await stores.analyses.latestOf(documentId)).toBeUndefined();
    for (let time = 0; time < 2; time += 1) {
      await importAll(analysisFamily, { [`analysis:${id}`]: done });
      expect(await stores.analyses.get(id)).toMatchObject({ status: 'completed', version1Original: done });
      expect(await stores.analyses.latestOf(documentId)).toBe(id);
    }
  });

  it('never comes back once its document was deleted, or it was', async () => {
    const [documentId, id, other] = [newId<DocumentId>(), newId<AnalysisId>(), newId<AnalysisId>()];
    await stores.analyses.purge(documentId, now, (analysisId) => ({ ...audit, analysisId }));
    expect(
      await importAll(analysisFamily, { [`analysis:${id}`]: analysisOfVersion1(documentId, '2025-01-01') }),
    ).toEqual(['deleted']);
    expect(await importAll(pointerFamily, { [`document_analysis:${documentId}`]: id })).toEqual(['deleted']);
    const buried = { ...nothingDeleted, deletedAmong: async () => new Set([`analysis:${other}`]) };
    const entries = { [`analysis:${other}`]: analysisOfVersion1(newId(), '2025-01-01') };
    expect(await importAll(analysisFamily, entries, buried)).toEqual(['deleted']);
    expect(await stores.analyses.get(id)).toBeUndefined();
    expect(await stores.analyses.get(other)).toBeUndefined();
  });

  it('leaves an analysis of this version as it is, and stands beside it', async () => {
    const run = await startRun(stores);
    await stores.runs.complete(run, resultOf(), auditOf('analysis_completed', run));
    const before = await stores.analyses.get(run.analysisId);
    const text = analysisOfVersion1(run.documentId, '2025-01-01');
    expect(await importAll(analysisFamily, { [`analysis:${run.analysisId}`]: text })).toEqual(['imported']);
    expect(await stores.analyses.get(run.analysisId)).toEqual({ ...before, version1Original: text });
    const own = JSON.parse((await rendered(analysisFamily, `analysis:${run.analysisId}`)) as string);
    expect(own).toMatchObject({ engine: 'builtin', risk_score: fullReview.riskScore, document_id: run.documentId });
    expect(own).not.toHaveProperty('version1_original');
  });
});

describe('the latest analysis of a document', () => {
  const first = newId<AnalysisId>();
  const second = newId<AnalysisId>();
  const third = newId<AnalysisId>();
  const documentId = newId<DocumentId>();

  it('is the newest of version 1, in whatever order they come', async () => {
    await importAll(analysisFamily, {
      [`analysis:${second}`]: analysisOfVersion1(documentId, '2025-02-01'),
      [`analysis:${first}`]: analysisOfVersion1(documentId, '2025-01-01'),
    });
    await importAll(analysisFamily, { [`analysis:${third}`]: analysisOfVersion1(documentId, '2025-01-15') });
    expect(await stores.analyses.latestOf(documentId)).toBe(second);
    const { analyses } = await stores.analyses.list(documentId, { limit: 10, offset: 0 });
    expect(analyses.map(({ analysisId }) => analysisId)).toEqual([second, third, first]);
  });

  it('is the one that version 1 points to', async () => {
    expect(await importAll(pointerFamily, { [`document_analysis:${documentId}`]: third })).toEqual(['imported']);
    expect(await stores.analyses.latestOf(documentId)).toBe(third);
    expect(await rendered(pointerFamily, `document_analysis:${documentId}`)).toBe(third);
    await importAll(analysisFamily, { [`analysis:${newId()}`]: analysisOfVersion1(documentId, '2025-03-01') });
    expect(await stores.analyses.latestOf(documentId)).toBe(third);
  });

  it('is a result of this version that is newer, also after version 1 was heard again', async () => {
    const run = await startRun(stores, { documentId });
    const result = resultOf(fullReview, { completedAt: new Date('2025-06-01') });
    await stores.runs.complete(run, result, auditOf('analysis_completed', run));
    await importAll(pointerFamily, { [`document_analysis:${documentId}`]: first });
    expect(await stores.analyses.latestOf(documentId)).toBe(run.analysisId);
    const newer = newId<AnalysisId>();
    await importAll(analysisFamily, { [`analysis:${newer}`]: analysisOfVersion1(documentId, '2025-07-01') });
    await importAll(pointerFamily, { [`document_analysis:${documentId}`]: newer });
    expect(await stores.analyses.latestOf(documentId)).toBe(newer);
  });

  it('is not what points to nothing, to another document, to a failure, or is no id', async () => {
    const stranger = newId<AnalysisId>();
    const failed = newId<AnalysisId>();
    const unlucky = newId<DocumentId>();
    await importAll(analysisFamily, {
      [`analysis:${stranger}`]: analysisOfVersion1(newId(), '2025-01-01'),
      [`analysis:${failed}`]: analysisOfVersion1(unlucky, '2025-01-01', { status: 'failed' }),
    });
    const outcomes = await importAll(pointerFamily, {
      [`document_analysis:${newId()}`]: newId(),
      [`document_analysis:${newId<string>()}`]: stranger,
      [`document_analysis:${unlucky}`]: failed,
      'document_analysis:d-1': 'two words',
      'document_analysis:two words': stranger,
    });
    expect(outcomes).toEqual([
      { setAside: 'pointer_to_nothing' },
      { setAside: 'pointer_to_another_document' },
      { setAside: 'pointer_without_result' },
      { setAside: 'pointer_without_id' },
      { setAside: 'invalid_id' },
    ]);
  });

  it('asks for what it points to first', () => {
    expect(pointerFamily.requires?.({ key: 'document_analysis:d', text: 'a-1' })).toEqual(['analysis:a-1']);
    expect(pointerFamily.requires?.({ key: 'document_analysis:d', text: 'two words' })).toEqual([]);
  });
});

const audit = { type: 'analysis_cancelled', service: 'analysis' } as const;
