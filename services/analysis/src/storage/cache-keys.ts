/** The only place where this service's Redis keys are made. */

const day = 24 * 60 * 60 * 1000;

export const analysisTtlMs = 7 * day;

export const analysisKeyPrefix = 'analysis:';

/** A complete analysis, once it has ended. */
export function analysisKey(analysisId: string): string {
  return `${analysisKeyPrefix}${analysisId}`;
}

export const latestAnalysisTtlMs = 7 * day;

export const latestAnalysisKeyPrefix = 'document_analysis:';

/** The id of a document's latest completed or partial analysis. */
export function latestAnalysisKey(documentId: string): string {
  return `${latestAnalysisKeyPrefix}${documentId}`;
}
