import type { Database } from '@contract-reviewer/platform/pg/database';
import type { AuditEvent, AuditFilter } from '../domain/audit-event.ts';
import type { AuditPage, AuditStore } from './audit-store.ts';
import { insertAuditEvents } from './insert-audit-events.ts';

interface AuditRow {
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

export class PgAuditStore implements AuditStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async append(events: readonly AuditEvent[]): Promise<void> {
    await insertAuditEvents(this.#database, events);
  }

  async list(filter: AuditFilter, { limit, offset }: { limit: number; offset: number }): Promise<AuditPage> {
    // One statement, so that page and total are of the same moment.
    const [row] = await this.#database.query<{ events: AuditRow[]; total_count: number }>(
      `WITH matching AS (
         SELECT * FROM session.audit_log
          WHERE ($1::text IS NULL OR type = $1)
            AND ($2::text IS NULL OR user_id = $2)
            AND ($3::text IS NULL OR document_id = $3)
            AND ($4::text IS NULL OR analysis_id = $4)
       ), page AS (
         SELECT * FROM matching ORDER BY sequence DESC LIMIT $5 OFFSET $6
       )
       SELECT (SELECT count(*)::int FROM matching) AS total_count,
              (SELECT coalesce(jsonb_agg(to_jsonb(page) ORDER BY sequence DESC), '[]') FROM page) AS events`,
      [filter.type ?? null, filter.userId ?? null, filter.documentId ?? null, filter.analysisId ?? null, limit, offset],
    );
    return { events: row?.events.map(eventOf) ?? [], totalCount: row?.total_count ?? 0 };
  }
}

function eventOf(row: AuditRow): AuditEvent {
  return {
    eventId: row.event_id,
    type: row.type,
    occurredAt: new Date(row.occurred_at),
    service: row.service,
    ...(row.user_id === null ? {} : { userId: row.user_id }),
    ...(row.session_id === null ? {} : { sessionId: row.session_id }),
    ...(row.document_id === null ? {} : { documentId: row.document_id }),
    ...(row.analysis_id === null ? {} : { analysisId: row.analysis_id }),
    details: row.details,
  };
}
