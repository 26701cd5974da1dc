import type { Analysis, Clause, MissingClause, Obligation, Review, Risk, Span, Summary } from '../analysis.ts';

/** A side of a comparison: an analysis that has findings. */
export type ReviewedAnalysis = Analysis & { review: Review };

/** Says which reading of which text a side is. */
export type ComparedAnalysis = Pick<
  Analysis,
  | 'analysisId'
  | 'documentId'
  | 'status'
  | 'engine'
  | 'modelUsed'
  | 'engineVersion'
  | 'rulesetVersion'
  | 'promptSha256'
  | 'position'
  | 'textSha256'
  | 'createdAt'
  | 'completedAt'
> & {
  /** What a side lacks may stand in what it did not read. */
  unreadChars: number;
  riskScore: number;
};

/** The fields of a summary that hold one statement each. */
export type Fact = Exclude<keyof Summary, 'parties' | 'keyPoints'>;

/** A statement that differs; absent on the side that does not have it. */
export interface FactChange {
  /** The documented name: `expiration_date`. */
  field: string;
  before?: string;
  after?: string;
}

export interface PartyChanges {
  added: string[];
  removed: string[];
}

export interface RiskChange {
  before: Risk;
  after: Risk;
}

export interface RiskChanges {
  added: Risk[];
  removed: Risk[];
  /** The same risk on a higher level. */
  worsened: RiskChange[];
  /** The same risk on a lower level. */
  eased: RiskChange[];
  /** The same risk on the same level, found in other words. */
  reworded: RiskChange[];
  unchangedCount: number;
}

/** A passage that was added (no `before`), removed (no `after`) or reworded; `similarity`, in [0, 1], when there are two. */
export interface PassageChange {
  before?: Span;
  after?: Span;
  similarity?: number;
}

export interface ClauseChange extends Pick<Clause, 'category' | 'source'> {
  valueBefore?: string;
  valueAfter?: string;
  /** Those that differ. */
  passages: PassageChange[];
  unchangedPassages: number;
}

export interface ClauseChanges {
  /** Categories that only `after` has. */
  added: Clause[];
  /** Categories that only `before` has. */
  removed: Clause[];
  changed: ClauseChange[];
  unchangedCount: number;
}

export interface MissingClauseChanges {
  newlyMissing: MissingClause[];
  noLongerMissing: MissingClause[];
  unchangedCount: number;
}

export interface ObligationChanges {
  added: Obligation[];
  removed: Obligation[];
  changed: { before: Obligation; after: Obligation }[];
  unchangedCount: number;
}

/** What changed from one result to another. */
export interface AnalysisDiff {
  before: ComparedAnalysis;
  after: ComparedAnalysis;
  /** Both read the same text: whatever differs comes from the reviewer, not from the contract. */
  sameText: boolean;
  /** Same engine, model, versions, instructions and position: whatever differs comes from the contract. */
  sameReviewer: boolean;
  facts: FactChange[];
  parties: PartyChanges;
  risks: RiskChanges;
  clauses: ClauseChanges;
  missingClauses: MissingClauseChanges;
  obligations: ObligationChanges;
}
