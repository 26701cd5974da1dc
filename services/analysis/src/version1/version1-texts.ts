import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { Queryable } from '@contract-reviewer/platform/pg/database';
import { type Analysis, type AnalysisId, version1Reviewer } from '../domain/analysis.ts';
import { type AnalysisRow, analysisOf, wholeColumns } from '../storage/analysis-row.ts';

/**
 * What version 1's keys of the analyses hold: the original of what version 1 made, and of this version's own the JSON that
 * the REST API has. Those that have not ended, and those that there are not, are left out.
 */
export async function version1Texts(
  database: Queryable,
  analysisIds: readonly AnalysisId[],
): Promise<ReadonlyMap<AnalysisId, string>> {
  const rows = await database.query<AnalysisRow>(
    `SELECT ${wholeColumns} FROM analysis.analyses
      WHERE analysis_id = ANY ($1::text[]) AND status NOT IN ('queued', 'running')`,
    [analysisIds],
  );
  return new Map(rows.map((row) => [row.analysis_id, textOf(analysisOf(row))]));
}

function textOf({ version1Original, requestedBy, startedAt, review, ...rest }: Analysis): string {
  if (rest.engine === version1Reviewer && version1Original !== undefined) return version1Original;
  return JSON.stringify(toSnakeCase({ ...rest, ...review }));
}
