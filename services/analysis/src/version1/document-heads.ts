import type { Queryable, Transaction } from '@contract-reviewer/platform/pg/database';
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
 * Puts the results of documents in order, and decides which is the latest: the one that version 1 points to, or else its
 * newest, unless this version has a newer one. Version 1's results come before this version's.
 */
export async function settleHeads(transaction: Transaction, documentIds: readonly DocumentId[]): Promise<void> {
  await numberResults(transaction, documentIds);
  const changed = await transaction.query<{ document_id: DocumentId }>(
    `WITH results AS (
       SELECT result.document_id, analysis_id, completed_at, result_sequence,
              -- Of each version's results one is a candidate.
              row_number() OVER (PARTITION BY result.document_id, engine = 'version1'
                                 ORDER BY engine = 'version1' AND analysis_id IS NOT DISTINCT FROM version1_latest_id DESC,
                                          result_sequence DESC) AS place
         FROM analysis.analyses AS result JOIN analysis.document_heads USING (document_id)
        WHERE result.document_id = ANY ($1::text[]) AND result_sequence IS NOT NULL
     ), latest AS (
       SELECT DISTINCT ON (document_id) document_id, analysis_id FROM results WHERE place = 1
        ORDER BY document_id, completed_at DESC, result_sequence DESC
     ), settled AS (
       SELECT document_id, latest.analysis_id AS latest_analysis_id,
              coalesce(max(result_sequence), 0) AS last_result_sequence
         FROM unnest($1::text[]) AS document (document_id)
              LEFT JOIN latest USING (document_id)
              LEFT JOIN results USING (document_id)
        GROUP BY document_id, latest.analysis_id
     )
     UPDATE analysis.document_heads AS head
        SET last_result_sequence = settled.last_result_sequence, latest_analysis_id = settled.latest_analysis_id
       FROM settled
      WHERE head.document_id = settled.document_id
        AND (head.last_result_sequence, head.latest_analysis_id)
            IS DISTINCT FROM (settled.last_result_sequence, settled.latest_analysis_id)
     RETURNING head.document_id`,
    [documentIds],
  );
  transaction.invalidate(...changed.map(({ document_id }) => latestAnalysisKey(document_id)));
}

async function numberResults(queryable: Queryable, documentIds: readonly DocumentId[]): Promise<void> {
  await queryable.query(
    `UPDATE analysis.analyses
        SET result_sequence = numbered.number
       FROM (SELECT analysis_id,
                    row_number() OVER (PARTITION BY document_id
                                       ORDER BY engine <> 'version1', CASE engine WHEN 'version1' THEN created_at END,
                                                result_sequence, analysis_id) AS number
               FROM analysis.analyses
              WHERE document_id = ANY ($1::text[]) AND result_sequence IS NOT NULL) AS numbered
      WHERE analyses.analysis_id = numbered.analysis_id AND analyses.result_sequence <> numbered.number`,
    [documentIds],
  );
}
