import type { CheckedFamily } from '@contract-reviewer/platform/cache/consistency-check';
import { isIdentifier } from '@contract-reviewer/platform/identifier';
import type { AnalysisId, DocumentId } from '../domain/analysis.ts';
import { analysisIdCodec, renderedAnalysisCodec } from './analysis-codec.ts';
import type { RenderedAnalysis } from './analysis-store.ts';
import { analysisKeyPrefix, latestAnalysisKeyPrefix } from './cache-keys.ts';

/** Reads several rows at once. */
export interface AnalysisRows {
  getManyRendered(analysisIds: readonly AnalysisId[]): Promise<ReadonlyMap<AnalysisId, RenderedAnalysis>>;
  latestOfMany(documentIds: readonly DocumentId[]): Promise<ReadonlyMap<DocumentId, AnalysisId>>;
}

/** What the consistency check compares. */
export function checkedFamilies(rows: AnalysisRows): CheckedFamily<unknown>[] {
  const analyses: CheckedFamily<RenderedAnalysis> = {
    name: 'analysis',
    keyPrefix: analysisKeyPrefix,
    isKey: (key) => key.startsWith(analysisKeyPrefix) && isIdentifier(key.slice(analysisKeyPrefix.length)),
    codec: renderedAnalysisCodec,
    load: async (keys) => {
      const idOf = (key: string) => key.slice(analysisKeyPrefix.length) as AnalysisId;
      const found = await rows.getManyRendered(keys.map(idOf));
      return new Map(keys.map((key) => [key, found.get(idOf(key))]));
    },
  };
  const latest: CheckedFamily<AnalysisId> = {
    name: 'document_analysis',
    keyPrefix: latestAnalysisKeyPrefix,
    isKey: (key) => key.startsWith(latestAnalysisKeyPrefix) && isIdentifier(key.slice(latestAnalysisKeyPrefix.length)),
    codec: analysisIdCodec,
    isPointer: true,
    load: async (keys) => {
      const documentOf = (key: string) => key.slice(latestAnalysisKeyPrefix.length) as DocumentId;
      const found = await rows.latestOfMany(keys.map(documentOf));
      return new Map(keys.map((key) => [key, found.get(documentOf(key))]));
    },
  };
  return [analyses, latest];
}
