import type { Queryable } from '@contract-reviewer/platform/pg/database';
import type { AnalysisEvent } from '../domain/analysis-event.ts';

/** An event that ends an analysis without a result happens wherever the work was. */
export type NewEvent = Omit<AnalysisEvent, 'fraction'> & { fraction?: number };

/** Adds an event in the transaction that gave it its sequence, by raising the analysis' `last_event`. */
export async function insertEvent(queryable: Queryable, analysisId: string, event: NewEvent): Promise<void> {
  await queryable.query(
    `INSERT INTO analysis.events (analysis_id, sequence, status, stage, fraction, occurred_at)
     VALUES ($1, $2, $3, $4,
             coalesce($5, (SELECT fraction FROM analysis.events WHERE analysis_id = $1 AND sequence = $2 - 1), 0), $6)`,
    [analysisId, event.sequence, event.status, event.stage, event.fraction ?? null, event.occurredAt],
  );
}
