import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import { afterAll, describe, expect, it } from 'vitest';
import type { DocumentText, TextReader } from '../src/documents/documents.ts';
import type { Analysis, AnalysisId, DocumentId, UserId } from '../src/domain/analysis.ts';
import { documentNotFound, ReviewFailure } from '../src/domain/errors.ts';
import { ResultThreads } from '../src/result-threads/result-threads.ts';
import { Results } from '../src/results.ts';
import { hostileSubject } from './report/hostile-subject.ts';

const caller = { userId: 'u' as UserId, sessionId: 's', assertion: async () => 'x' };
const id = 'analysis-1' as AnalysisId;
const signal = new AbortController().signal;
const { analysis } = hostileSubject('x');
const text: DocumentText = { text: 'text', pages: [], textSha256: analysis.textSha256 };

const threads = new ResultThreads();
afterAll(() => threads[Symbol.asyncDispose]());

function resultsOf({
  stored = analysis as Analysis,
  readText = async (_documentId: DocumentId, _reader: TextReader): Promise<DocumentText | undefined> => text,
  filenameOf = async (_documentId: DocumentId) => 'contract.pdf',
  record = async (_event: NewAuditEvent) => undefined,
}) {
  return new Results({
    analyses: { get: async () => stored },
    documents: { readText, filenameOf },
    threads,
    trail: { record },
  });
}

describe('a report', () => {
  it('is named after the document', async () => {
    expect(await resultsOf({}).report(caller, id, 'docx', signal)).toMatchObject({
      filename: 'contract.review.docx',
      contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    });
  });

  it.each(['json', 'md', 'html', 'docx', 'ics'] as const)(
    'as %s is recorded before it is given out',
    async (format) => {
      const events: NewAuditEvent[] = [];
      const record = async (event: NewAuditEvent) => void events.push(event);
      await resultsOf({ record }).report(caller, id, format, signal);
      expect(events).toMatchObject([
        { type: 'report_downloaded', userId: 'u', sessionId: 's', analysisId: id, details: { format } },
      ]);
      const unrecorded = resultsOf({ record: () => Promise.reject(new Error('nowhere to record it')) });
      await expect(unrecorded.report(caller, id, format, signal)).rejects.toThrow('nowhere to record it');
    },
  );

  it('that shows the contract reads it in the name of who asks', async () => {
    const readText = async (_documentId: DocumentId, reader: TextReader) => {
      expect(reader).toEqual({ assertion: caller.assertion });
      return text;
    };
    await expect(resultsOf({ readText }).report(caller, id, 'docx', signal)).resolves.toBeDefined();
  });

  it('that does not show the contract does without its text', async () => {
    const readText = () => Promise.reject(new Error('nobody should ask'));
    await expect(resultsOf({ readText }).report(caller, id, 'html', signal)).resolves.toBeDefined();
  });

  it.each([
    ['the text is another than was reviewed', async () => ({ ...text, textSha256: 'other' }), 'document_text_changed'],
    ['the text is not to be had', async () => undefined, 'document_text_unavailable'],
    [
      'the text was lost',
      () => Promise.reject(new ReviewFailure('document_unreadable', '')),
      'document_text_unavailable',
    ],
    [
      'the document was deleted',
      () => Promise.reject(new ReviewFailure('document_not_found', '')),
      'analysis_not_found',
    ],
  ])('is refused when %s', async (_what, readText, kind) => {
    await expect(resultsOf({ readText }).report(caller, id, 'docx', signal)).rejects.toMatchObject({ kind });
  });

  it('as a calendar is refused when the contract sets no day', async () => {
    const { review } = analysis;
    const stored = { ...analysis, review: { ...review, keyDates: [] } };
    await expect(resultsOf({ stored }).report(caller, id, 'ics', signal)).rejects.toMatchObject({
      kind: 'report_without_dates',
    });
  });

  it('of a document that the caller lost sight of meanwhile is not found', async () => {
    const filenameOf = () => Promise.reject(documentNotFound());
    await expect(resultsOf({ filenameOf }).report(caller, id, 'md', signal)).rejects.toMatchObject({
      kind: 'analysis_not_found',
    });
  });
});

it('an analysis without a result can be neither compared nor handed on', async () => {
  const { review: _, ...record } = analysis;
  const results = resultsOf({ stored: { ...record, status: 'running' } });
  const refusal = { kind: 'analysis_without_result', facts: { analysis_id: id, status: 'running' } };
  await expect(results.diff(caller, id, id, signal)).rejects.toMatchObject(refusal);
  await expect(results.report(caller, id, 'md', signal)).rejects.toMatchObject(refusal);
});

it('an analysis that version 1 did says where its findings are', async () => {
  const { review: _, ...record } = analysis;
  const results = resultsOf({ stored: { ...record, version1Original: '{}' } });
  await expect(results.report(caller, id, 'md', signal)).rejects.toThrow('read what it found in version1_original');
});
