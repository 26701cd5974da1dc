/**
 * The result of a review, in the one schema that REST, gRPC, PostgreSQL and Redis share.
 *
 * Property names are the camelCase of the documented snake_case names; values (statuses, levels, categories) are the
 * same words on every surface. Offsets count Unicode code points of the text that `/text` returns.
 */

export type AnalysisId = string & { readonly brand: 'AnalysisId' };
export type DocumentId = string & { readonly brand: 'DocumentId' };
export type UserId = string & { readonly brand: 'UserId' };

export const analysisTypes = ['contract_review'] as const;
export type AnalysisType = (typeof analysisTypes)[number];

export const engineNames = ['builtin', 'ollama', 'openai'] as const;
export type EngineName = (typeof engineNames)[number];

/** Stands in place of an engine for what version 1 found, of which only its own record is known. */
export const version1Reviewer = 'version1';
export type Reviewer = EngineName | typeof version1Reviewer;

export const positions = ['neutral', 'customer', 'supplier', 'licensor', 'licensee'] as const;
/** Whose side a review takes. What burdens the other side alone is no risk to this one. */
export type Position = (typeof positions)[number];

export const analysisStatuses = ['queued', 'running', 'completed', 'partial', 'failed', 'cancelled'] as const;
/** `completed`: all of the document was read; `partial`: `coverage.unread` lists what was not. */
export type AnalysisStatus = (typeof analysisStatuses)[number];

const terminalStatuses: ReadonlySet<AnalysisStatus> = new Set(['completed', 'partial', 'failed', 'cancelled']);

/** A terminal analysis never changes again, so it may be cached. */
export function isTerminal(status: AnalysisStatus): boolean {
  return terminalStatuses.has(status);
}

/** How an analysis ends whose review was done. */
export function finishedStatus(review: Review): 'completed' | 'partial' {
  return review.coverage.unread.length === 0 ? 'completed' : 'partial';
}

/** Where the finding came from: the built-in engine, or a language model whose quote was located in the text. */
export type FindingSource = 'builtin' | 'model';

/**
 * How a finding of one engine stands to the other's: `agreed`, both say the same of the same passage; `differs`, both speak of
 * it and say something else; `alone`, only this engine says it. Absent where one engine reviewed.
 */
export const agreements = ['agreed', 'differs', 'alone'] as const;
export type Agreement = (typeof agreements)[number];

/** The half-open range [start, end) of the document's text, and exactly what stands there. `page` counts from 1. */
export interface Span {
  start: number;
  end: number;
  quote: string;
  page: number;
}

/** The half-open range [start, end) that one page takes up in the text. `page` counts from 1. */
export interface PageRange {
  page: number;
  start: number;
  end: number;
}

export interface UnreadRange {
  start: number;
  end: number;
  reason: string;
}

export interface Coverage {
  totalChars: number;
  readChars: number;
  pages: number;
  unread: UnreadRange[];
}

/** Dates are ISO 8601 calendar dates (`2026-03-31`); the rest is text as the contract puts it. */
export interface Summary {
  documentType: string;
  parties: string[];
  agreementDate?: string;
  effectiveDate?: string;
  expirationDate?: string;
  term?: string;
  renewal?: string;
  noticePeriod?: string;
  governingLaw?: string;
  keyPoints: string[];
}

/** One of the 41 CUAD categories. `score` is in [0, 1]; `spans` is empty when the clause is absent. */
export interface Clause {
  category: string;
  present: boolean;
  score: number;
  value?: string;
  source: FindingSource;
  agreement?: Agreement;
  spans: Span[];
  /** What its words refer to: defined terms and other sections. */
  references?: Reference[];
}

/** A section or a defined term that a finding depends on, and where the contract has it. */
export interface Reference {
  /** As the finding names it: `Section 9.2`, `"Restricted Period"`. */
  label: string;
  span: Span;
}

export interface NearestPassage {
  start: number;
  end: number;
  quote: string;
  score: number;
}

/** A clause that was looked for and not found: what was searched for, and the passage that came closest. */
export interface MissingClause {
  category: string;
  searched: string[];
  nearest?: NearestPassage;
}

export const riskLevels = ['high', 'medium', 'low', 'info'] as const;
export type RiskLevel = (typeof riskLevels)[number];

export interface Risk {
  ruleId: string;
  level: RiskLevel;
  title: string;
  reason: string;
  askFor: string;
  source: FindingSource;
  agreement?: Agreement;
  spans: Span[];
  /** What the quoted passages refer to. */
  references?: Reference[];
  /** What was looked for and not found, when the risk is that something is missing. */
  searches?: MissingClause[];
}

/** How many risks of a level there are, and what share of the remaining margin each takes. */
export interface RiskWeight {
  level: RiskLevel;
  /** In [0, 1). */
  weight: number;
  count: number;
}

/** How `riskScore` came about: 1 - product of (1 - weight) over the risks. */
export interface RiskScoring {
  weights: RiskWeight[];
  /** With its figures: `1 - (1 - 0.25)^2 x (1 - 0.1) = 0.494`. */
  arithmetic: string;
}

export const keyDateKinds = [
  'agreement',
  'effective',
  'expiration',
  'renewal_notice',
  'renewal',
  'obligation',
] as const;
export type KeyDateKind = (typeof keyDateKinds)[number];

/** A day that follows from the contract. */
export interface KeyDate {
  kind: KeyDateKind;
  /** ISO 8601. */
  date: string;
  /** What happens on it. */
  title: string;
  /** `2027-03-01 - 60 days = 2026-12-31`; absent when the contract states the day itself. */
  arithmetic?: string;
  spans: Span[];
}

/** A sum that a clause names. */
export interface MonetaryTerm {
  category: string;
  /** As the contract writes it. */
  amount: string;
  /** ISO 4217, when the text tells it. */
  currency?: string;
  /** In units of the currency. */
  value?: number;
  spans: Span[];
}

export interface Obligation {
  party: string;
  action: string;
  due?: string;
  condition?: string;
  /** The day that it is due, ISO 8601, when it can be computed. */
  dueDate?: string;
  /** How `dueDate` was computed. */
  arithmetic?: string;
  /** Absent where the built-in engine alone reviewed. */
  source?: FindingSource;
  agreement?: Agreement;
  spans: Span[];
}

/** What an engine finds in one document. `riskScore` and `confidenceScore` are in [0, 1]. */
export interface Review {
  coverage: Coverage;
  summary: Summary;
  clauses: Clause[];
  missingClauses: MissingClause[];
  risks: Risk[];
  obligations: Obligation[];
  riskScore: number;
  riskScoring?: RiskScoring;
  keyDates?: KeyDate[];
  monetaryTerms?: MonetaryTerm[];
  confidenceScore: number;
  /** Findings of a model that were dropped: not to be located in the text, contradicted by it, or malformed. */
  droppedFindings: number;
  /** Set when the built-in engine stood in for the engine that was asked for. */
  fallback?: Fallback;
}

/** Why the built-in engine did a review that another engine was asked for. */
export interface Fallback {
  /** The engine that was asked for. */
  engine: EngineName;
  /** A stable word such as `model_unreachable`. */
  reason: string;
  /** A sentence for people. */
  message: string;
}

/** The identity of what produced a review; identical provenance on the same text gives the same result. */
export interface Provenance {
  engine: EngineName;
  modelUsed: string;
  engineVersion: string;
  rulesetVersion: string;
  promptSha256?: string;
  position: Position;
}

/**
 * An analysis in any state. The findings (`review`) are there only once it is `completed` or `partial`, and not if version
 * 1 made it.
 */
export interface Analysis extends Omit<Provenance, 'engine'> {
  engine: Reviewer;
  analysisId: AnalysisId;
  documentId: DocumentId;
  requestedBy: UserId;
  analysisType: AnalysisType;
  status: AnalysisStatus;
  /** Empty until the document's text was read. */
  textSha256: string;
  createdAt: Date;
  /** When a worker first took the job. */
  startedAt?: Date;
  /** When it reached a terminal state. */
  completedAt?: Date;
  /** When the result was stored. */
  savedAt?: Date;
  /** How long the engine worked on the review that was stored; 0 when there is none. */
  processingTimeMs: number;
  error?: AnalysisError;
  review?: Review;
  /** What version 1 kept of it: the JSON text of an object, to the letter. */
  version1Original?: string;
}

export interface AnalysisError {
  /** A stable word such as `document_unreadable`. */
  reason: string;
  /** A sentence for people. */
  message: string;
}
