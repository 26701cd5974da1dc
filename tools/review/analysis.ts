/** The part of the REST result schema that the terminal shows. */
export interface Analysis {
  analysis_id: string;
  document_id: string;
  status: string;
  engine: string;
  engine_version: string;
  ruleset_version: string;
  processing_time_ms: number;
  error?: { reason: string; message: string };
  coverage?: {
    total_chars: number;
    read_chars: number;
    pages: number;
    unread: { start: number; end: number; reason: string }[];
  };
  summary?: Summary;
  clauses: Clause[];
  missing_clauses: { category: string; searched: string[] }[];
  risks: Risk[];
  obligations: { party: string; action: string; due?: string; condition?: string; spans: Span[] }[];
  risk_score?: number;
  confidence_score?: number;
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

export interface Clause {
  category: string;
  present: boolean;
  score: number;
  value?: string;
  spans: Span[];
}

export interface Risk {
  rule_id: string;
  level: 'high' | 'medium' | 'low' | 'info';
  title: string;
  reason: string;
  ask_for: string;
  spans: Span[];
}
