/** The only place where this service's Redis keys are made. */

const day = 24 * 60 * 60 * 1000;

export const analysisTtlMs = 7 * day;

/** A complete analysis, once it has ended. */
export function analysisKey(analysisId: string): string {
  return `analysis:${analysisId}`;
}

export const latestAnalysisTtlMs = 7 * day;

/** The id of a document's latest completed or partial analysis. */
export function latestAnalysisKey(documentId: string): string {
  return `document_analysis:${documentId}`;
}
