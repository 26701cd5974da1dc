import { outcomeOf } from '@contract-reviewer/platform/audit/audit-event-types';
import type { AuditEvent } from '../domain/audit-event.ts';

/** An event in the table of the release before this one. */
export interface EarlierEventRow {
  sequence: string;
  event_id: string;
  type: string;
  occurred_at: Date;
  service: string;
  user_id: string | null;
  session_id: string | null;
  document_id: string | null;
  analysis_id: string | null;
  details: Record<string, unknown>;
}

export function earlierEventOf(row: EarlierEventRow): AuditEvent {
  return {
    eventId: row.event_id,
    type: row.type,
    occurredAt: row.occurred_at,
    service: row.service,
    outcome: outcomeOf(row.type),
    ...(row.user_id === null ? {} : { userId: row.user_id }),
    ...(row.session_id === null ? {} : { sessionId: row.session_id }),
    ...(row.document_id === null ? {} : { documentId: row.document_id }),
    ...(row.analysis_id === null ? {} : { analysisId: row.analysis_id }),
    details: row.details,
  };
}
