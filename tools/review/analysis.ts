/** The part of the REST result schema that the terminal shows. */
export type Analysis = FinishedAnalysis | FailedAnalysis;

interface AnyAnalysis {
  analysis_id: string;
  document_id: string;
  engine: string;
  engine_version: string;
  ruleset_version: string;
  position: string;
  processing_time_ms: number;
}

/** An analysis without findings, because it could not be done or was not wanted any more. */
export interface FailedAnalysis extends AnyAnalysis {
  status: 'failed' | 'cancelled';
  error?: { reason: string; message: string };
}

export interface FinishedAnalysis extends AnyAnalysis {
  status: 'completed' | 'partial';
  coverage: {
    total_chars: number;
    read_chars: number;
    pages: number;
    unread: { start: number; end: number; reason: string }[];
  };
  summary: Summary;
  clauses: Clause[];
  missing_clauses: { category: string; searched: string[] }[];
  risks: Risk[];
  obligations: Obligation[];
  risk_score: number;
  risk_scoring?: { arithmetic: string; weights: { level: string; weight: number; count: number }[] };
  key_dates: KeyDate[];
  monetary_terms: { category: string; amount: string }[];
  fallback?: { engine: string; reason: string; message: string };
  confidence_score: number;
}

export function isFinished(analysis: Analysis): analysis is FinishedAnalysis {
  return analysis.status === 'completed' || analysis.status === 'partial';
}

export interface Summary {
  document_type: string;
  parties: string[];
  agreement_date?: string;
  effective_date?: string;
  expiration_date?: string;
  term?: string;
  renewal?: string;
  notice_period?: string;
  governing_law?: string;
  key_points: string[];
}

export interface Span {
  start: number;
  end: number;
  quote: string;
  page: number;
}

export type Agreement = 'agreed' | 'differs' | 'alone';

/** Whose it is, and how the other engine's findings stand to it, where two reviewed. */
export interface Finding {
  source?: 'builtin' | 'model';
  agreement?: Agreement;
}

export interface Clause extends Finding {
  category: string;
  present: boolean;
  score: number;
  value?: string;
  spans: Span[];
}

export interface Obligation extends Finding {
  party: string;
  action: string;
  due?: string;
  due_date?: string;
  condition?: string;
  spans: Span[];
}

export interface Risk extends Finding {
  rule_id: string;
  level: 'high' | 'medium' | 'low' | 'info';
  title: string;
  reason: string;
  ask_for: string;
  spans: Span[];
  references: { label: string; span: Span }[];
  searches: { category: string; searched: string[]; nearest?: { quote: string; score: number } }[];
}

export interface KeyDate {
  kind: string;
  date: string;
  title: string;
  arithmetic?: string;
}
