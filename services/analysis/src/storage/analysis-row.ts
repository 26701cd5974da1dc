import { toCamelCase } from '@contract-reviewer/platform/json/snake-case';
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

/** As much of a review, which is stored in the documented schema, as it takes to complete it. */
interface StoredReview {
  key_dates?: unknown[];
  monetary_terms?: unknown[];
  clauses: { references?: unknown[] }[];
  risks: { references?: unknown[]; searches?: unknown[] }[];
}

export type AnalysisRow = RecordRow & { review: StoredReview | null; version1_original: string | null };

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
export function completeAnalysisOf(row: AnalysisRow): Analysis {
  return analysisOf({ ...row, review: completeReviewOf(row) });
}

/** The review as it is stored, with those lists. */
export function completeReviewOf({ review }: AnalysisRow): StoredReview | null {
  if (review === null) return null;
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
