import { isIdentifier } from '@contract-reviewer/platform/identifier';
import type { Transaction } from '@contract-reviewer/platform/pg/database';
import type { ImportOutcome, Version1Entry, Version1Family } from '@contract-reviewer/platform/version1/family';
import type { AnalysisId, DocumentId } from '../domain/analysis.ts';
import { lockHeads, settleLatest } from './document-heads.ts';
import { documentIdOf, version1AnalysisKey, version1PointerKey } from './version1-keys.ts';

interface Pointer {
  documentId: DocumentId;
  analysisId: AnalysisId;
}

/** Which analysis was a document's latest in version 1: a bare id. */
export const pointerFamily: Version1Family = {
  name: 'document_analysis',
  pattern: 'document_analysis:*',

  requires: ({ text }) => (isIdentifier(text) ? [version1AnalysisKey(text)] : []),

  async import(transaction, entries) {
    const readings = entries.map(pointerOf);
    const pointers = readings.filter((reading) => 'documentId' in reading);
    const gone = await lockHeads(
      transaction,
      pointers.map(({ documentId }) => documentId),
    );
    const targets = await targetsOf(transaction, pointers);
    const outcomes = readings.map((reading): ImportOutcome => {
      if ('setAside' in reading) return reading;
      if (gone.has(reading.documentId)) return 'deleted';
      const target = targets.get(reading.analysisId);
      if (!target) return { setAside: 'pointer_to_nothing' };
      if (target.document_id !== reading.documentId) return { setAside: 'pointer_to_another_document' };
      return target.is_result ? 'imported' : { setAside: 'pointer_without_result' };
    });
    await point(
      transaction,
      readings.filter((reading, index) => 'documentId' in reading && outcomes[index] === 'imported') as Pointer[],
    );
    return outcomes;
  },

  async render(database, keys) {
    const rows = await database.query<{ document_id: DocumentId; latest_analysis_id: AnalysisId }>(
      `SELECT document_id, latest_analysis_id FROM analysis.document_heads
        WHERE document_id = ANY ($1::text[]) AND latest_analysis_id IS NOT NULL`,
      [keys.map(documentIdOf)],
    );
    return new Map(rows.map((row) => [version1PointerKey(row.document_id), row.latest_analysis_id]));
  },
};

function pointerOf({ key, text }: Version1Entry): Pointer | { setAside: string } {
  const documentId = documentIdOf(key);
  if (!isIdentifier(documentId)) return { setAside: 'invalid_id' };
  if (!isIdentifier(text)) return { setAside: 'pointer_without_id' };
  return { documentId: documentId as DocumentId, analysisId: text as AnalysisId };
}

interface Target {
  analysis_id: AnalysisId;
  document_id: DocumentId;
  is_result: boolean;
}

async function targetsOf(
  transaction: Transaction,
  pointers: readonly Pointer[],
): Promise<ReadonlyMap<AnalysisId, Target>> {
  const rows = await transaction.query<Target>(
    `SELECT analysis_id, document_id, status IN ('completed', 'partial') AS is_result
       FROM analysis.analyses WHERE analysis_id = ANY ($1::text[])`,
    [pointers.map(({ analysisId }) => analysisId)],
  );
  return new Map(rows.map((row) => [row.analysis_id, row]));
}

async function point(transaction: Transaction, pointers: readonly Pointer[]): Promise<void> {
  const documentIds = pointers.map(({ documentId }) => documentId);
  await transaction.query(
    `UPDATE analysis.document_heads AS head SET version1_latest_id = pointer.analysis_id
       FROM unnest($1::text[], $2::text[]) AS pointer (document_id, analysis_id)
      WHERE head.document_id = pointer.document_id`,
    [documentIds, pointers.map(({ analysisId }) => analysisId)],
  );
  await settleLatest(transaction, documentIds);
}
