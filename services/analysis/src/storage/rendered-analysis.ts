import { renderedFrom } from '@contract-reviewer/platform/json/rendered-json';
import type { Analysis } from '../domain/analysis.ts';
import type { RenderedAnalysis } from './analysis-store.ts';

/**
 * An analysis as REST gives it: one object in the documented schema, the findings beside the rest.
 *
 * @param review the JSON of an object in that schema, too; undefined if there is none
 */
export function renderAnalysis(analysis: Omit<Analysis, 'review'>, review: string | undefined): RenderedAnalysis {
  const { documentId, status, requestedBy, startedAt, version1Original } = analysis;
  const head = JSON.stringify(bodyWithoutReview(analysis));
  return {
    documentId,
    status,
    requestedBy,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(version1Original === undefined ? {} : { version1Original }),
    json: renderedFrom(review === undefined ? head : joined(head, review)),
  };
}

/** It holds no dates: with one, JSON.stringify takes several times as long. */
function bodyWithoutReview({ textSha256, version1Original, ...analysis }: Omit<Analysis, 'review'>): object {
  return {
    analysis_id: analysis.analysisId,
    analysis_type: analysis.analysisType,
    engine: analysis.engine,
    model_used: analysis.modelUsed,
    engine_version: analysis.engineVersion,
    ruleset_version: analysis.rulesetVersion,
    prompt_sha256: analysis.promptSha256,
    position: analysis.position,
    created_at: analysis.createdAt.toISOString(),
    completed_at: analysis.completedAt?.toISOString(),
    saved_at: analysis.savedAt?.toISOString(),
    processing_time_ms: analysis.processingTimeMs,
    error: analysis.error,
    document_id: analysis.documentId,
    status: analysis.status,
    ...(textSha256 === '' ? {} : { text_sha256: textSha256 }),
    ...(version1Original === undefined ? {} : { version1_original: JSON.parse(version1Original) as object }),
  };
}

/** The JSON of an object with the members of both, neither of which is empty. */
function joined(first: string, second: string): string {
  return `${first.slice(0, -1)},${second.slice(1)}`;
}
