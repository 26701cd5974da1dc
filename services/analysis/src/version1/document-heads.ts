import type { Transaction } from '@contract-reviewer/platform/pg/database';
import type { DocumentId } from '../domain/analysis.ts';
import { latestAnalysisKey } from '../storage/cache-keys.ts';

/**
 * Locks the heads of the documents, and makes those that are missing. Always in the same order, so that nobody waits in a
 * circle.
 *
 * @returns those documents that were deleted
 */
export async function lockHeads(
  transaction: Transaction,
  documentIds: readonly DocumentId[],
): Promise<ReadonlySet<DocumentId>> {
  await transaction.query(
    `INSERT INTO analysis.document_heads (document_id)
     SELECT DISTINCT id FROM unnest($1::text[]) AS id ORDER BY id ON CONFLICT (document_id) DO NOTHING`,
    [documentIds],
  );
  const heads = await transaction.query<{ document_id: DocumentId; purged_at: Date | null }>(
    `SELECT document_id, purged_at FROM analysis.document_heads
      WHERE document_id = ANY ($1::text[]) ORDER BY document_id FOR UPDATE`,
    [documentIds],
  );
  return new Set(heads.filter(({ purged_at }) => purged_at !== null).map(({ document_id }) => document_id));
}

/**
 * Decides which result is the latest: the one that version 1 points to, or else its newest, unless this version has a newer
 * one.
 */
export async function settleLatest(transaction: Transaction, documentIds: readonly DocumentId[]): Promise<void> {
  const changed = await transaction.query<{ document_id: DocumentId }>(
    `WITH candidate AS (
       SELECT DISTINCT ON (document_id, engine = 'version1') document_id, analysis_id, completed_at
         FROM analysis.analyses JOIN analysis.document_heads USING (document_id)
        WHERE document_id = ANY ($1::text[]) AND status IN ('completed', 'partial')
        ORDER BY document_id, engine = 'version1',
                 engine = 'version1' AND analysis_id IS NOT DISTINCT FROM version1_latest_id DESC,
                 result_sequence DESC, created_at DESC, analysis_id DESC
     ), latest AS (
       SELECT DISTINCT ON (document_id) document_id, analysis_id FROM candidate
        ORDER BY document_id, completed_at DESC, analysis_id DESC
     )
     UPDATE analysis.document_heads AS head SET latest_analysis_id = latest.analysis_id
       FROM unnest($1::text[]) AS document (document_id) LEFT JOIN latest USING (document_id)
      WHERE head.document_id = document.document_id AND head.latest_analysis_id IS DISTINCT FROM latest.analysis_id
     RETURNING head.document_id`,
    [documentIds],
  );
  transaction.invalidate(...changed.map(({ document_id }) => latestAnalysisKey(document_id)));
}
