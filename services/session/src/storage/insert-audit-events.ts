import type { Queryable } from '@contract-reviewer/platform/pg/database';
import type { AuditEvent } from '../domain/audit-event.ts';

/** Adds events in the transaction of the change that they record. */
export async function insertAuditEvents(queryable: Queryable, events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return;
  await queryable.query(
    `INSERT INTO session.audit_log
       (event_id, type, occurred_at, service, user_id, session_id, document_id, analysis_id, details)
     SELECT event_id, type, occurred_at, service, user_id, session_id, document_id, analysis_id, details
       FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                   $9::jsonb[])
            WITH ORDINALITY
            AS event (event_id, type, occurred_at, service, user_id, session_id, document_id, analysis_id, details, position)
      ORDER BY position
     ON CONFLICT (event_id) DO NOTHING`,
    [
      events.map((event) => event.eventId),
      events.map((event) => event.type),
      events.map((event) => event.occurredAt),
      events.map((event) => event.service),
      events.map((event) => event.userId ?? null),
      events.map((event) => event.sessionId ?? null),
      events.map((event) => event.documentId ?? null),
      events.map((event) => event.analysisId ?? null),
      events.map((event) => JSON.stringify(event.details)),
    ],
  );
}
