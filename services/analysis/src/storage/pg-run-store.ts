import { auditMessage, type NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { Database, Transaction } from '@contract-reviewer/platform/pg/database';
import type { TrackedWrites } from '@contract-reviewer/platform/version1/tracked-writes';
import {
  type AnalysisError,
  type AnalysisId,
  type DocumentId,
  type EngineName,
  finishedStatus,
  type Position,
  type UserId,
} from '../domain/analysis.ts';
import { endedStage, type Progress, readingStage } from '../domain/analysis-event.ts';
import { version1AnalysisKey, version1PointerKey } from '../version1/version1-keys.ts';
import { renderReview } from './analysis-row.ts';
import { latestAnalysisKey } from './cache-keys.ts';
import { insertEvent } from './insert-event.ts';
import type { Run, RunResult, RunStore } from './run-store.ts';

/** The fence: a write of a run finds its row only while the run is current. */
const isCurrentRun = `analysis_id = $1 AND attempt = $2 AND status = 'running'`;

export class PgRunStore implements RunStore {
  readonly #database: Database;
  readonly #results: TrackedWrites;

  /** @param results by which an end is written, as version 1 had it, too */
  constructor(database: Database, results: TrackedWrites) {
    this.#database = database;
    this.#results = results;
  }

  async start(analysisId: AnalysisId, now: Date): Promise<Run | undefined> {
    const [row] = await this.#database.query<{
      document_id: DocumentId;
      requested_by: UserId;
      engine: EngineName;
      position: Position;
      attempt: number;
    }>(
      `WITH run AS (
         UPDATE analysis.analyses
            SET status = 'running', attempt = attempt + 1, started_at = coalesce(started_at, $2),
                last_event = last_event + 1
          WHERE analysis_id = $1 AND status IN ('queued', 'running')
         RETURNING document_id, requested_by, engine, position, attempt, last_event
       ), event AS (
         INSERT INTO analysis.events (analysis_id, sequence, status, stage, fraction, occurred_at)
         SELECT $1, last_event, 'running', $3, 0, $2 FROM run
       )
       SELECT document_id, requested_by, engine, position, attempt FROM run`,
      [analysisId, now, readingStage],
    );
    return (
      row && {
        analysisId,
        documentId: row.document_id,
        requestedBy: row.requested_by,
        engine: row.engine,
        position: row.position,
        attempt: row.attempt,
      }
    );
  }

  async isCurrent(run: Run): Promise<boolean> {
    const current = await this.#database.query(`SELECT FROM analysis.analyses WHERE ${isCurrentRun}`, fenceOf(run));
    return current.length > 0;
  }

  async report(run: Run, { stage, fraction }: Progress, now: Date): Promise<boolean> {
    const reported = await this.#database.query(
      `WITH run AS (
         UPDATE analysis.analyses SET last_event = last_event + 1 WHERE ${isCurrentRun} RETURNING last_event
       )
       INSERT INTO analysis.events (analysis_id, sequence, status, stage, fraction, occurred_at)
       SELECT $1, last_event, 'running', $3, $4, $5 FROM run
       RETURNING sequence`,
      [...fenceOf(run), stage, fraction, now],
    );
    return reported.length > 0;
  }

  async complete(run: Run, result: RunResult, audit: NewAuditEvent): Promise<boolean> {
    const { provenance, review, textSha256, processingTimeMs, completedAt } = result;
    const version1Keys = [version1AnalysisKey(run.analysisId), version1PointerKey(run.documentId)];
    return this.#results.transaction(version1Keys, async (transaction) => {
      const sequence = await nextResultSequence(transaction, run.documentId);
      const status = finishedStatus(review);
      const completed = await transaction.query(
        `WITH run AS (
           UPDATE analysis.analyses
              SET status = $3, engine = $4, model_used = $5, engine_version = $6, ruleset_version = $7,
                  prompt_sha256 = $8, text_sha256 = $9, completed_at = $10, saved_at = $11, processing_time_ms = $12,
                  review = $13::text::jsonb, rendered_review = $13, result_sequence = $14, position = $15,
                  last_event = last_event + 1
            WHERE ${isCurrentRun}
           RETURNING document_id, last_event
         ), head AS (
           UPDATE analysis.document_heads SET last_result_sequence = $14, latest_analysis_id = $1
             FROM run WHERE document_heads.document_id = run.document_id
         )
         INSERT INTO analysis.events (analysis_id, sequence, status, stage, fraction, occurred_at)
         SELECT $1, last_event, $3, $16, 1, $10 FROM run
         RETURNING sequence`,
        [
          ...fenceOf(run),
          status,
          provenance.engine,
          provenance.modelUsed,
          provenance.engineVersion,
          provenance.rulesetVersion,
          provenance.promptSha256 ?? null,
          textSha256,
          completedAt,
          new Date(),
          processingTimeMs,
          renderReview(review),
          sequence,
          provenance.position,
          endedStage,
        ],
      );
      if (completed.length === 0) return false;
      transaction.emit(auditMessage(audit));
      transaction.invalidate(latestAnalysisKey(run.documentId));
      return true;
    });
  }

  async fail(run: Run, { error, now }: { error: AnalysisError; now: Date }, audit: NewAuditEvent): Promise<boolean> {
    return this.#results.transaction([version1AnalysisKey(run.analysisId)], async (transaction) => {
      const [failed] = await transaction.query<{ last_event: number }>(
        `UPDATE analysis.analyses
            SET status = 'failed', error_reason = $3, error_message = $4, completed_at = $5,
                last_event = last_event + 1
          WHERE ${isCurrentRun}
         RETURNING last_event`,
        [...fenceOf(run), error.reason, error.message, now],
      );
      if (!failed) return false;
      await insertEvent(transaction, run.analysisId, {
        sequence: failed.last_event,
        status: 'failed',
        stage: endedStage,
        occurredAt: now,
      });
      transaction.emit(auditMessage(audit));
      return true;
    });
  }
}

function fenceOf({ analysisId, attempt }: Run): [AnalysisId, number] {
  return [analysisId, attempt];
}

/** Results of a document are put in order under the lock of its head; of two at once, the later one is the latest. */
async function nextResultSequence(transaction: Transaction, documentId: DocumentId): Promise<number> {
  const [head] = await transaction.query<{ next: number }>(
    `SELECT last_result_sequence + 1 AS next FROM analysis.document_heads WHERE document_id = $1 FOR UPDATE`,
    [documentId],
  );
  if (!head) throw new Error(`the document ${documentId} has analyses and no head`);
  return head.next;
}
