/** How version 1 named what it kept. */

const analysisPrefix = 'analysis:';
const pointerPrefix = 'document_analysis:';

export function version1AnalysisKey(analysisId: string): string {
  return `${analysisPrefix}${analysisId}`;
}

export function analysisIdOf(key: string): string {
  return key.slice(analysisPrefix.length);
}

/** Under it stood the id of the document's latest analysis. */
export function version1PointerKey(documentId: string): string {
  return `${pointerPrefix}${documentId}`;
}

export function documentIdOf(key: string): string {
  return key.slice(pointerPrefix.length);
}
