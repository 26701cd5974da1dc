import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { RenderedJson } from '@contract-reviewer/platform/json/rendered-json';
import type {
  Analysis,
  AnalysisId,
  AnalysisType,
  DocumentId,
  EngineName,
  Provenance,
  UserId,
} from '../domain/analysis.ts';
import type { AnalysisEvent } from '../domain/analysis-event.ts';
import type { AnalysisRequestError } from '../domain/errors.ts';

/** A review that somebody asks for. */
export interface AnalysisRequest extends Provenance {
  /** Of the analysis that is made, unless an earlier one is given back. */
  analysisId: AnalysisId;
  documentId: DocumentId;
  requestedBy: UserId;
  analysisType: AnalysisType;
  requestedAt: Date;
  /** The text as it is now: its finished analysis of the same type and provenance is given back. Absent: none is. */
  reusableFor?: { textSha256: string };
  idempotency?: Idempotency;
  /** Whether the built-in engine may stand in for a language model that fails. */
  allowFallback: boolean;
  /** Thrown instead of making a new analysis; an earlier one is still given back. */
  refusal?: AnalysisRequestError;
}

/** The same key of the same user gives the same analysis, for 24 h. */
export interface Idempotency {
  key: string;
  /** What was asked for, in a form in which equal requests are equal texts. */
  request: string;
}

export interface AcceptedRequest {
  analysisId: AnalysisId;
  /** Whether a finished analysis was given back. */
  reused: boolean;
}

/** What a worker is told to do. */
export interface AnalysisJob {
  analysisId: AnalysisId;
  engine: EngineName;
  allowFallback: boolean;
}

/** An analysis without its findings, and without what version 1 had. */
export type AnalysisRecord = Omit<Analysis, 'review' | 'version1Original'>;

/** An analysis as REST gives it, and what others need to know of it. */
export interface RenderedAnalysis
  extends Pick<Analysis, 'documentId' | 'status' | 'requestedBy' | 'startedAt' | 'version1Original'> {
  json: RenderedJson;
}

export interface AnalysisPage {
  analyses: AnalysisRecord[];
  /** How many analyses the document has, on all pages. */
  totalCount: number;
}

export interface EventPage {
  events: AnalysisEvent[];
  /** Whether nothing can follow these events. */
  isEnd: boolean;
}

/** Analyses and what happened to them. Every change is written together with the audit event that records it. */
export interface AnalysisStore {
  /**
   * Takes a request on: gives back the analysis that its idempotency key or a finished identical review stands for, or
   * else makes a queued one, together with its first event and the job that will do it.
   *
   * @throws {AnalysisRequestError} idempotency_key_reused if the key stood for another request; document_not_found if
   *   the document was purged; the request's own refusal; too_many_unfinished if the user has a thousand that wait or run
   */
  request(request: AnalysisRequest, audit: NewAuditEvent): Promise<AcceptedRequest>;

  /** The analysis, whole; undefined if there is none. */
  get(analysisId: AnalysisId): Promise<Analysis | undefined>;

  /** The same as REST gives it. */
  getRendered(analysisId: AnalysisId): Promise<RenderedAnalysis | undefined>;

  /** Of the document's completed and partial analyses the one that was stored last, whenever it was asked for. */
  latestOf(documentId: DocumentId): Promise<AnalysisId | undefined>;

  /**
   * To be awaited between seeing that an analysis has ended and telling anyone: its writer may not be done yet. Once it
   * resolves, no `latestOf` on any replica returns what was the latest before that end.
   */
  settleLatestOf(documentId: DocumentId): Promise<void>;

  /** The document's analyses, newest request first. Page and total are of the same moment. */
  list(documentId: DocumentId, page: { limit: number; offset: number }): Promise<AnalysisPage>;

  /** At most `limit` events after the given sequence, in order; undefined if there is no such analysis. */
  eventsAfter(analysisId: AnalysisId, sequence: number, limit: number): Promise<EventPage | undefined>;

  /**
   * Ends an analysis that is queued or running. Once it resolves, no run can store a result any more.
   *
   * @returns whether it did; a finished or unknown analysis stays as it is
   */
  cancel(analysisId: AnalysisId, now: Date, audit: NewAuditEvent): Promise<boolean>;

  /**
   * Removes all analyses of a document for good; from now on it gets none. Once it resolves, no read on any replica
   * returns one of them.
   *
   * @param cancelled makes the audit event of each one that was queued or running
   * @returns those that there were
   */
  purge(documentId: DocumentId, now: Date, cancelled: (analysisId: AnalysisId) => NewAuditEvent): Promise<AnalysisId[]>;

  /** Forgets up to `limit` idempotency keys that are older than a day. @returns how many */
  sweepIdempotencyKeys(now: Date, limit: number): Promise<number>;
}
