import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type {
  AnalysisError,
  AnalysisId,
  DocumentId,
  EngineName,
  Position,
  Provenance,
  Review,
  UserId,
} from '../domain/analysis.ts';
import type { Progress } from '../domain/analysis-event.ts';

/** One attempt at an analysis. */
export interface Run {
  analysisId: AnalysisId;
  documentId: DocumentId;
  requestedBy: UserId;
  engine: EngineName;
  position: Position;
  /** The fencing token: a later run of the same analysis has a higher one. */
  attempt: number;
}

export interface RunResult {
  /** What did the review, which may be a later version than was asked for. */
  provenance: Provenance;
  textSha256: string;
  review: Review;
  processingTimeMs: number;
  completedAt: Date;
}

/**
 * What a worker writes while it works on an analysis.
 *
 * Every method but `start` has an effect only while the run is current: until a later run starts, the analysis is
 * cancelled, or it is purged. What an overtaken run writes is dropped. Results are stored once, and only ever added.
 */
export interface RunStore {
  /**
   * Begins an attempt, which overtakes all earlier ones.
   *
   * @returns undefined if there is nothing to do: the analysis has ended or is gone
   */
  start(analysisId: AnalysisId, now: Date): Promise<Run | undefined>;

  isCurrent(run: Run): Promise<boolean>;

  /** Adds an event. @returns whether the run was current */
  report(run: Run, progress: Progress, now: Date): Promise<boolean>;

  /**
   * Stores the result, complete or partial, as the document's latest, with the last event and the audit event.
   *
   * @returns whether the run was current
   */
  complete(run: Run, result: RunResult, audit: NewAuditEvent): Promise<boolean>;

  /** Ends the analysis without a result. @returns whether the run was current */
  fail(run: Run, failure: { error: AnalysisError; now: Date }, audit: NewAuditEvent): Promise<boolean>;
}
