import { toCamelCase, toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type {
  Analysis,
  AnalysisId,
  AnalysisStatus,
  AnalysisType,
  DocumentId,
  Position,
  Review,
  Reviewer,
  UserId,
} from '../domain/analysis.ts';
import type { AnalysisRecord } from './analysis-store.ts';

/** The columns of an analysis but its findings. */
export const recordColumns = `analysis_id, document_id, requested_by, analysis_type, status, engine, model_used,
  engine_version, ruleset_version, prompt_sha256, position, text_sha256, created_at, started_at, completed_at, saved_at,
  processing_time_ms, error_reason, error_message`;

export interface RecordRow {
  analysis_id: AnalysisId;
  document_id: DocumentId;
  requested_by: UserId;
  analysis_type: AnalysisType;
  status: AnalysisStatus;
  engine: Reviewer;
  model_used: string;
  engine_version: string;
  ruleset_version: string;
  prompt_sha256: string | null;
  position: Position;
  text_sha256: string;
  created_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  saved_at: Date | null;
  processing_time_ms: number;
  error_reason: string | null;
  error_message: string | null;
}

/** The columns of an analysis, whole. */
export const wholeColumns = `${recordColumns}, review, version1_original`;

/** The same, with the review as it is passed on instead, if there is one. */
export const renderedColumns = `${recordColumns}, version1_original, rendered_review,
  CASE WHEN rendered_review IS NULL THEN review END AS review`;

/** As much of a review, which is stored in the documented schema, as it takes to complete it. */
interface StoredReview {
  key_dates?: unknown[];
  monetary_terms?: unknown[];
  clauses: { references?: unknown[] }[];
  risks: { references?: unknown[]; searches?: unknown[] }[];
}

/** What a row of `wholeColumns` holds. */
export type AnalysisRow = RecordRow & { review: StoredReview | null; version1_original: string | null };
/** What a row of `renderedColumns` holds. */
export type RenderedRow = AnalysisRow & { rendered_review: string | null };

export function recordOf(row: RecordRow): AnalysisRecord {
  return {
    analysisId: row.analysis_id,
    documentId: row.document_id,
    requestedBy: row.requested_by,
    analysisType: row.analysis_type,
    status: row.status,
    engine: row.engine,
    modelUsed: row.model_used,
    engineVersion: row.engine_version,
    rulesetVersion: row.ruleset_version,
    ...(row.prompt_sha256 === null ? {} : { promptSha256: row.prompt_sha256 }),
    position: row.position,
    textSha256: row.text_sha256,
    createdAt: row.created_at,
    ...(row.started_at === null ? {} : { startedAt: row.started_at }),
    ...(row.completed_at === null ? {} : { completedAt: row.completed_at }),
    ...(row.saved_at === null ? {} : { savedAt: row.saved_at }),
    processingTimeMs: row.processing_time_ms,
    ...(row.error_reason === null || row.error_message === null
      ? {}
      : { error: { reason: row.error_reason, message: row.error_message } }),
  };
}

/** An analysis without its review. */
export function headOf(row: AnalysisRow): Omit<Analysis, 'review'> {
  return {
    ...recordOf(row),
    ...(row.version1_original === null ? {} : { version1Original: row.version1_original }),
  };
}

export function analysisOf(row: AnalysisRow): Analysis {
  return { ...headOf(row), ...(row.review === null ? {} : { review: toCamelCase(row.review) as Review }) };
}

/** The same with the lists that reviews of earlier releases lack, which are empty. */
export function completeAnalysisOf(row: RenderedRow): Analysis {
  const { rendered_review: rendered, review } = row;
  const complete = rendered === null ? review && completed(review) : (JSON.parse(rendered) as StoredReview);
  return analysisOf({ ...row, review: complete });
}

/** A review as it is passed on: JSON in the documented schema. */
export function renderReview(review: Review): string {
  return JSON.stringify(completed(toSnakeCase(review) as StoredReview));
}

/** The same of one that is stored; undefined if there is none. */
export function renderedReviewOf({ rendered_review: rendered, review }: RenderedRow): string | undefined {
  return rendered ?? (review === null ? undefined : JSON.stringify(completed(review)));
}

/** The review as it is stored, with the lists that those of earlier releases lack, which are empty. */
function completed(review: StoredReview): StoredReview {
  return {
    ...review,
    key_dates: review.key_dates ?? [],
    monetary_terms: review.monetary_terms ?? [],
    clauses: review.clauses.map((clause) => (clause.references ? clause : { ...clause, references: [] })),
    risks: review.risks.map((risk) =>
      risk.references && risk.searches
        ? risk
        : { ...risk, references: risk.references ?? [], searches: risk.searches ?? [] },
    ),
  };
}
