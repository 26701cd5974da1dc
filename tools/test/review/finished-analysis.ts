import type { FinishedAnalysis } from '../../review/analysis.ts';

/** A review without findings, save for those that are given. */
export function finishedAnalysis(findings: Partial<FinishedAnalysis>): FinishedAnalysis {
  return {
    analysis_id: 'a',
    document_id: 'd',
    status: 'completed',
    engine: 'builtin',
    engine_version: '1',
    ruleset_version: '1',
    position: 'neutral',
    processing_time_ms: 1,
    coverage: { total_chars: 9, read_chars: 9, pages: 1, unread: [] },
    summary: { document_type: 'Services Agreement', parties: [], key_points: [] },
    clauses: [],
    missing_clauses: [],
    risks: [],
    obligations: [],
    risk_score: 0,
    key_dates: [],
    monetary_terms: [],
    confidence_score: 1,
    ...findings,
  };
}
