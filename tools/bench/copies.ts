import type { ServiceName } from '../stack/process-names.ts';
import { withClient } from './with-client.ts';

/** What a review found, as JSON. */
export const lists = ['clauses', 'missing_clauses', 'risks', 'obligations'] as const;
export type Analysis = Record<(typeof lists)[number], unknown[]>;

/** @returns the ids of the copies */
export function copyDocuments(urls: Record<ServiceName, string>, documentId: string, count: number): Promise<string[]> {
  return withClient(urls.document, async (client) => {
    const { rows } = await client.query<{ document_id: string }>(
      `INSERT INTO document.documents
       SELECT (jsonb_populate_record(original, jsonb_build_object(
                'document_id', gen_random_uuid(), 'created_at', original.created_at + number * interval '1 second'))).*
         FROM document.documents original, generate_series(1, $2::int) number
        WHERE document_id = $1
       RETURNING document_id`,
      [documentId, count],
    );
    await client.query('ANALYZE document.documents');
    return rows.map((row) => row.document_id);
  });
}

/** One of each document, with other findings. @returns the ids of the copies */
export function copyAnalyses(
  urls: Record<ServiceName, string>,
  analysisId: string,
  documentIds: readonly string[],
  findings: Analysis,
): Promise<string[]> {
  return withClient(urls.analysis, async (client) => {
    await client.query(
      'INSERT INTO analysis.document_heads (document_id, last_result_sequence) SELECT unnest($1::text[]), 1',
      [documentIds],
    );
    const original = await client.query<{ rendered_review: string }>(
      'SELECT rendered_review FROM analysis.analyses WHERE analysis_id = $1',
      [analysisId],
    );
    const review = JSON.parse(original.rows[0]?.rendered_review as string) as object;
    const { rows } = await client.query<{ analysis_id: string }>(
      `INSERT INTO analysis.analyses
       SELECT (jsonb_populate_record(original, jsonb_build_object(
                'analysis_id', gen_random_uuid(), 'document_id', copy.document_id,
                'review', $3::text::jsonb, 'rendered_review', $3))).*
         FROM analysis.analyses original, unnest($2::text[]) AS copy (document_id)
        WHERE analysis_id = $1
       RETURNING analysis_id`,
      [analysisId, documentIds, JSON.stringify({ ...review, ...findings })],
    );
    await client.query(
      `UPDATE analysis.document_heads SET latest_analysis_id = analyses.analysis_id
         FROM analysis.analyses WHERE analyses.document_id = document_heads.document_id`,
    );
    await client.query('ANALYZE analysis.analyses, analysis.document_heads');
    return rows.map((row) => row.analysis_id);
  });
}

/** The findings of an analysis as PostgreSQL has them. */
export function reviewOf(urls: Record<ServiceName, string>, analysisId: string): Promise<string> {
  return withClient(urls.analysis, async (client) => {
    const { rows } = await client.query<{ review: string }>(
      'SELECT review::text FROM analysis.analyses WHERE analysis_id = $1',
      [analysisId],
    );
    return rows[0]?.review as string;
  });
}
