import type { Cache, CoherentCache } from '@contract-reviewer/platform/cache/coherent-cache';
import { type AnalysisId, isTerminal } from '../domain/analysis.ts';
import { analysisIdCodec, renderedAnalysisCodec } from './analysis-codec.ts';
import type { RenderedAnalysis } from './analysis-store.ts';
import { analysisTtlMs, latestAnalysisTtlMs } from './cache-keys.ts';

/** What this service keeps in Redis; shared by its cached stores, so that they also share the loads of a key. */
export interface AnalysisCaches {
  /** By `analysisKey`. */
  analyses: Cache<RenderedAnalysis>;
  /** By `latestAnalysisKey`. That a document has none yet is kept too, for a short while. */
  latest: Cache<AnalysisId>;
}

export function analysisCaches(cache: CoherentCache): AnalysisCaches {
  return {
    analyses: cache.family({
      name: 'analysis',
      ttlMs: analysisTtlMs,
      codec: renderedAnalysisCodec,
      // Until it ends, an analysis changes several times a second. From then on nothing but a purge changes it, so
      // neither its making nor its progress nor its end makes an entry stale.
      cacheable: (analysis) => analysis !== undefined && isTerminal(analysis.status),
    }),
    latest: cache.family({ name: 'document_analysis', ttlMs: latestAnalysisTtlMs, codec: analysisIdCodec }),
  };
}
