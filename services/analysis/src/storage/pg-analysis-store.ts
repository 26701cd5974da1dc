import { auditMessage, type NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { JobQueue } from '@contract-reviewer/platform/jobs/job-queue';
import { CollectedReads } from '@contract-reviewer/platform/pg/collected-reads';
import type { Database, Transaction } from '@contract-reviewer/platform/pg/database';
import type { TrackedWrites } from '@contract-reviewer/platform/version1/tracked-writes';
import {
  type Analysis,
  type AnalysisId,
  type AnalysisStatus,
  type DocumentId,
  isTerminal,
  type UserId,
} from '../domain/analysis.ts';
import { type AnalysisEvent, endedStage, waitingStage } from '../domain/analysis-event.ts';
import { AnalysisRequestError, documentNotFound } from '../domain/errors.ts';
import { version1AnalysisKey, version1PointerKey } from '../version1/version1-keys.ts';
import {
  completeAnalysisOf,
  headOf,
  type RecordRow,
  type RenderedRow,
  recordColumns,
  recordOf,
  renderedColumns,
  renderedReviewOf,
} from './analysis-row.ts';
import type {
  AcceptedRequest,
  AnalysisJob,
  AnalysisPage,
  AnalysisRequest,
  AnalysisStore,
  EventPage,
  Idempotency,
  RenderedAnalysis,
} from './analysis-store.ts';
import { analysisKey, latestAnalysisKey } from './cache-keys.ts';
import { insertEvent } from './insert-event.ts';
import { renderAnalysis } from './rendered-analysis.ts';

interface EventRow {
  analysis_status: AnalysisStatus;
  sequence: number | null;
  status: AnalysisStatus;
  stage: string;
  fraction: number;
  occurred_at: Date;
}

/** Reviews of one user that wait or run: the jobs of all users stand in one queue. */
const maxUnfinished = 1000;

const idempotencyKeysLive = `interval '24 hours'`;

export class PgAnalysisStore implements AnalysisStore {
  readonly #database: Database;
  readonly #results: TrackedWrites;
  readonly #jobs: Pick<JobQueue<AnalysisJob>, 'send'>;
  readonly #reads = new CollectedReads<AnalysisId, RenderedRow>((analysisIds) => this.#rowsOf(analysisIds));

  /** @param results by which an end, or a purge, is written, as version 1 had it, too */
  constructor(database: Database, results: TrackedWrites, jobs: Pick<JobQueue<AnalysisJob>, 'send'>) {
    this.#database = database;
    this.#results = results;
    this.#jobs = jobs;
  }

  async request(request: AnalysisRequest, audit: NewAuditEvent): Promise<AcceptedRequest> {
    return this.#database.transaction(async (transaction) => {
      await requireLiveDocument(transaction, request.documentId);
      const replayed = request.idempotency && (await claimKey(transaction, request, request.idempotency));
      if (replayed) return replayed;

      const reusable = await findReusable(transaction, request);
      if (reusable) {
        if (request.idempotency) await keepForKey(transaction, request, request.idempotency, reusable);
        return { analysisId: reusable, reused: true };
      }
      if (request.refusal) throw request.refusal;
      const unfinished = await requireRoomFor(transaction, request.requestedBy);
      await this.#create(transaction, request, unfinished);
      transaction.emit(auditMessage(audit));
      return { analysisId: request.analysisId, reused: false };
    });
  }

  async get(analysisId: AnalysisId): Promise<Analysis | undefined> {
    const row = await this.#reads.read(analysisId);
    return row && completeAnalysisOf(row);
  }

  async getRendered(analysisId: AnalysisId): Promise<RenderedAnalysis | undefined> {
    const row = await this.#reads.read(analysisId);
    return row && rendered(row);
  }

  async latestOf(documentId: DocumentId): Promise<AnalysisId | undefined> {
    const [row] = await this.#database.query<{ latest_analysis_id: AnalysisId | null }>(
      'SELECT latest_analysis_id FROM analysis.document_heads WHERE document_id = $1',
      [documentId],
    );
    return row?.latest_analysis_id ?? undefined;
  }

  async settleLatestOf(documentId: DocumentId): Promise<void> {
    await this.#database.settleKeys(latestAnalysisKey(documentId));
  }

  /** `getRendered` of those that there are. */
  async getManyRendered(analysisIds: readonly AnalysisId[]): Promise<Map<AnalysisId, RenderedAnalysis>> {
    const rows = await this.#rowsOf(analysisIds);
    return new Map([...rows].map(([analysisId, row]) => [analysisId, rendered(row)]));
  }

  /** `latestOf` of each document that has one. */
  async latestOfMany(documentIds: readonly DocumentId[]): Promise<Map<DocumentId, AnalysisId>> {
    const rows = await this.#database.query<{ document_id: DocumentId; latest_analysis_id: AnalysisId }>(
      `SELECT document_id, latest_analysis_id FROM analysis.document_heads
        WHERE document_id = ANY ($1) AND latest_analysis_id IS NOT NULL`,
      [documentIds],
    );
    return new Map(rows.map((row) => [row.document_id, row.latest_analysis_id]));
  }

  async list(documentId: DocumentId, { limit, offset }: { limit: number; offset: number }): Promise<AnalysisPage> {
    // A page that is empty still has a total, which then stands alone in the one row.
    const rows = await this.#database.query<{ total_count: number } & (RecordRow | { analysis_id: null })>(
      `SELECT *
         FROM (SELECT count(*)::int AS total_count FROM analysis.analyses WHERE document_id = $1) AS total
              LEFT JOIN (SELECT ${recordColumns} FROM analysis.analyses WHERE document_id = $1
                          ORDER BY created_at DESC, analysis_id LIMIT $2 OFFSET $3) AS page ON true
        ORDER BY created_at DESC, analysis_id`,
      [documentId, limit, offset],
    );
    return {
      analyses: rows.flatMap((row) => (row.analysis_id === null ? [] : [recordOf(row)])),
      totalCount: rows[0]?.total_count ?? 0,
    };
  }

  async eventsAfter(analysisId: AnalysisId, sequence: number, limit: number): Promise<EventPage | undefined> {
    const rows = await this.#database.query<EventRow>(
      `SELECT analyses.status AS analysis_status, event.*
         FROM analysis.analyses
              LEFT JOIN LATERAL (SELECT sequence, status, stage, fraction, occurred_at FROM analysis.events
                                  WHERE events.analysis_id = analyses.analysis_id AND sequence > $2
                                  ORDER BY sequence LIMIT $3) AS event ON true
        WHERE analyses.analysis_id = $1
        ORDER BY event.sequence`,
      [analysisId, sequence, limit],
    );
    const [first] = rows;
    if (!first) return undefined;
    const events = rows.flatMap((row) => eventsOf(row));
    const last = events.at(-1);
    return { events, isEnd: isTerminal(first.analysis_status) && (last === undefined || isTerminal(last.status)) };
  }

  async cancel(analysisId: AnalysisId, now: Date, audit: NewAuditEvent): Promise<boolean> {
    return this.#results.transaction([version1AnalysisKey(analysisId)], async (transaction) => {
      const [cancelled] = await transaction.query<{ last_event: number }>(
        `UPDATE analysis.analyses SET status = 'cancelled', completed_at = $2, last_event = last_event + 1
          WHERE analysis_id = $1 AND status IN ('queued', 'running')
         RETURNING last_event`,
        [analysisId, now],
      );
      if (!cancelled) return false;
      await insertEvent(transaction, analysisId, {
        sequence: cancelled.last_event,
        status: 'cancelled',
        stage: endedStage,
        occurredAt: now,
      });
      transaction.emit(auditMessage(audit));
      return true;
    });
  }

  async purge(
    documentId: DocumentId,
    now: Date,
    cancelled: (analysisId: AnalysisId) => NewAuditEvent,
  ): Promise<AnalysisId[]> {
    // From now on nothing is imported or asked for that the transaction below would delete without knowing its key.
    await this.#database.query(
      `INSERT INTO analysis.document_heads (document_id, purged_at) VALUES ($1, $2)
       ON CONFLICT (document_id) DO UPDATE SET purged_at = coalesce(document_heads.purged_at, excluded.purged_at)`,
      [documentId, now],
    );
    return this.#results.transaction([], async (transaction) => {
      // All at once, for then they are locked in everybody's order.
      const version1Keys = await version1KeysOf(transaction, documentId);
      await transaction.touch(...version1Keys);
      await transaction.bury(...version1Keys);
      // The head comes before the rows, as for those who complete a review: what they add is deleted with the rest.
      await transaction.query('UPDATE analysis.document_heads SET latest_analysis_id = NULL WHERE document_id = $1', [
        documentId,
      ]);
      const purged = await transaction.query<{ analysis_id: AnalysisId; status: AnalysisStatus }>(
        'DELETE FROM analysis.analyses WHERE document_id = $1 RETURNING analysis_id, status',
        [documentId],
      );
      for (const { analysis_id, status } of purged) {
        if (!isTerminal(status)) transaction.emit(auditMessage(cancelled(analysis_id)));
      }
      transaction.invalidate(
        latestAnalysisKey(documentId),
        ...purged.map(({ analysis_id }) => analysisKey(analysis_id)),
      );
      return purged.map(({ analysis_id }) => analysis_id);
    });
  }

  async sweepIdempotencyKeys(now: Date, limit: number): Promise<number> {
    const swept = await this.#database.query(
      `DELETE FROM analysis.idempotency_keys
        WHERE (user_id, key) IN (SELECT user_id, key FROM analysis.idempotency_keys
                                  WHERE created_at < $1::timestamptz - ${idempotencyKeysLive}
                                  LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING key`,
      [now, limit],
    );
    return swept.length;
  }

  async #rowsOf(analysisIds: readonly AnalysisId[]): Promise<Map<AnalysisId, RenderedRow>> {
    const rows = await this.#database.query<RenderedRow>(
      `SELECT ${renderedColumns} FROM analysis.analyses WHERE analysis_id = ANY ($1)`,
      [analysisIds],
    );
    return new Map(rows.map((row) => [row.analysis_id, row]));
  }

  /** @param ahead reviews of the same user that are to be done first */
  async #create(transaction: Transaction, request: AnalysisRequest, ahead: number): Promise<void> {
    const first = { sequence: 1, status: 'queued', stage: waitingStage, occurredAt: request.requestedAt } as const;
    const inserted = transaction.query(
      `INSERT INTO analysis.analyses
         (analysis_id, document_id, requested_by, analysis_type, status, engine, model_used, engine_version,
          ruleset_version, prompt_sha256, position, created_at, last_event)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        request.analysisId,
        request.documentId,
        request.requestedBy,
        request.analysisType,
        first.status,
        request.engine,
        request.modelUsed,
        request.engineVersion,
        request.rulesetVersion,
        request.promptSha256 ?? null,
        request.position,
        request.requestedAt,
        first.sequence,
      ],
    );
    const { analysisId, engine, allowFallback } = request;
    // The server sees to one after the other.
    await Promise.all([
      inserted,
      insertEvent(transaction, analysisId, first),
      this.#jobs.send(transaction, { analysisId, engine, allowFallback }, ahead),
    ]);
  }
}

async function version1KeysOf(transaction: Transaction, documentId: DocumentId): Promise<string[]> {
  const rows = await transaction.query<{ analysis_id: AnalysisId }>(
    'SELECT analysis_id FROM analysis.analyses WHERE document_id = $1',
    [documentId],
  );
  return [version1PointerKey(documentId), ...rows.map(({ analysis_id }) => version1AnalysisKey(analysis_id))];
}

function rendered(row: RenderedRow): RenderedAnalysis {
  return renderAnalysis(headOf(row), renderedReviewOf(row));
}

/** Locks the document's head against a purge. */
async function requireLiveDocument(transaction: Transaction, documentId: DocumentId): Promise<void> {
  const [, [head]] = await Promise.all([
    transaction.query(
      'INSERT INTO analysis.document_heads (document_id) VALUES ($1) ON CONFLICT (document_id) DO NOTHING',
      [documentId],
    ),
    transaction.query<{ purged_at: Date | null }>(
      'SELECT purged_at FROM analysis.document_heads WHERE document_id = $1 FOR UPDATE',
      [documentId],
    ),
  ]);
  if (!head || head.purged_at !== null) throw documentNotFound();
}

/**
 * Locks out the user's other requests: of those that come together, each counts the ones before it. The server begins to
 * count once it has the lock.
 */
async function requireRoomFor(transaction: Transaction, userId: UserId): Promise<number> {
  const [, [unfinished]] = await Promise.all([
    transaction.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`analysis requests ${userId}`]),
    transaction.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM analysis.analyses
        WHERE requested_by = $1 AND status IN ('queued', 'running')`,
      [userId],
    ),
  ]);
  const count = unfinished?.count ?? 0;
  if (count >= maxUnfinished) {
    throw new AnalysisRequestError(
      'too_many_unfinished',
      `You have ${maxUnfinished} reviews that are not finished. Wait for some of them, or cancel them.`,
    );
  }
  return count;
}

/**
 * Takes the key for the request's new analysis, unless an earlier request has it. A request that has the key but has
 * not committed yet is waited for.
 *
 * @returns what the earlier request was given
 */
async function claimKey(
  transaction: Transaction,
  request: AnalysisRequest,
  idempotency: Idempotency,
): Promise<AcceptedRequest | undefined> {
  const claimed = await transaction.query(
    `INSERT INTO analysis.idempotency_keys (user_id, key, request, analysis_id, reused, created_at)
     VALUES ($1, $2, $3, $4, false, $5)
     ON CONFLICT (user_id, key)
     DO UPDATE SET request = excluded.request, analysis_id = excluded.analysis_id, reused = false,
                   created_at = excluded.created_at
      WHERE idempotency_keys.created_at < excluded.created_at - ${idempotencyKeysLive}
     RETURNING key`,
    [request.requestedBy, idempotency.key, idempotency.request, request.analysisId, request.requestedAt],
  );
  if (claimed.length > 0) return undefined;

  const [earlier] = await transaction.query<{ request: string; analysis_id: AnalysisId; reused: boolean }>(
    'SELECT request, analysis_id, reused FROM analysis.idempotency_keys WHERE user_id = $1 AND key = $2',
    [request.requestedBy, idempotency.key],
  );
  if (!earlier || earlier.request !== idempotency.request) {
    throw new AnalysisRequestError(
      'idempotency_key_reused',
      'This idempotency key was used for another request within the last 24 hours; take a new one.',
    );
  }
  return { analysisId: earlier.analysis_id, reused: earlier.reused };
}

async function keepForKey(
  transaction: Transaction,
  { requestedBy }: AnalysisRequest,
  { key }: Idempotency,
  analysisId: AnalysisId,
): Promise<void> {
  await transaction.query(
    'UPDATE analysis.idempotency_keys SET analysis_id = $3, reused = true WHERE user_id = $1 AND key = $2',
    [requestedBy, key, analysisId],
  );
}

async function findReusable(transaction: Transaction, request: AnalysisRequest): Promise<AnalysisId | undefined> {
  if (!request.reusableFor) return undefined;
  const [row] = await transaction.query<{ analysis_id: AnalysisId }>(
    `SELECT analysis_id FROM analysis.analyses
      WHERE document_id = $1 AND result_sequence IS NOT NULL AND text_sha256 = $2 AND analysis_type = $3
        AND engine = $4 AND model_used = $5 AND engine_version = $6 AND ruleset_version = $7
        AND prompt_sha256 IS NOT DISTINCT FROM $8 AND position = $9
        -- Labelled as a stand-in for an engine that this request does not ask for.
        AND NOT review ? 'fallback'
      ORDER BY result_sequence DESC LIMIT 1`,
    [
      request.documentId,
      request.reusableFor.textSha256,
      request.analysisType,
      request.engine,
      request.modelUsed,
      request.engineVersion,
      request.rulesetVersion,
      request.promptSha256 ?? null,
      request.position,
    ],
  );
  return row?.analysis_id;
}

/** None for the row that an analysis without further events is alone in. */
function eventsOf(row: EventRow): AnalysisEvent[] {
  const { sequence, status, stage, fraction, occurred_at } = row;
  return sequence === null ? [] : [{ sequence, status, stage, fraction, occurredAt: occurred_at }];
}
