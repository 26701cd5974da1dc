import type { Analysis as AnalysisMessage } from '@contract-reviewer/proto/analysis/v1/analysis';
import type { Analysis } from '../domain/analysis.ts';
import type { AnalysisRecord } from '../storage/analysis-store.ts';

/** The message has the findings beside the rest, as the documented schema does. */
export function analysisMessage(analysis: Analysis | AnalysisRecord): AnalysisMessage {
  const { review, ...record } = { review: undefined, ...analysis };
  return {
    missingClauses: [],
    obligations: [],
    keyDates: [],
    monetaryTerms: [],
    ...record,
    ...review,
    clauses: review?.clauses.map((clause) => ({ references: [], ...clause })) ?? [],
    risks: review?.risks.map((risk) => ({ references: [], searches: [], ...risk })) ?? [],
  };
}
