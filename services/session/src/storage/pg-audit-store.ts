import type { ErasablePart } from '@contract-reviewer/platform/audit/audit-entry';
import type { AuditSigner } from '@contract-reviewer/platform/audit/audit-keys';
import type { Database } from '@contract-reviewer/platform/pg/database';
import type { AuditEvent, AuditFilter, RecordedEvent } from '../domain/audit-event.ts';
import { appendEntries, lockTree } from './append-audit-entries.ts';
import {
  type AuditEntryRow,
  type AuditTreeRow,
  auditEntryColumns,
  auditTreeColumns,
  entryOf,
  treeOf,
} from './audit-entry-row.ts';
import type { AuditPage, AuditPrefix, AuditStore, AuditTree, EntryCursor, EntryPage } from './audit-store.ts';
import { type EarlierEventRow, earlierEventOf } from './earlier-event-row.ts';

export class PgAuditStore implements AuditStore {
  readonly #database: Database;
  readonly #signer: AuditSigner;

  constructor(database: Database, signer: AuditSigner) {
    this.#database = database;
    this.#signer = signer;
  }

  async append(events: readonly AuditEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.#database.transaction(async (transaction) => {
      await appendEntries(transaction, await lockTree(transaction), events, this.#signer);
    });
  }

  async list(filter: AuditFilter, { limit, offset }: { limit: number; offset: number }): Promise<AuditPage> {
    // One statement, so that page and total are of the same moment.
    const rows = await this.#database.query<{ total_count: number } & AuditEntryRow>(
      `WITH matching AS (
         SELECT * FROM session.audit_entries
          WHERE ($1::text IS NULL OR type = $1)
            AND ($2::text IS NULL OR outcome = $2)
            AND ($3::text IS NULL OR user_id = $3)
            AND ($4::text IS NULL OR session_id = $4)
            AND ($5::text IS NULL OR document_id = $5)
            AND ($6::text IS NULL OR analysis_id = $6)
            AND ($7::timestamptz IS NULL OR occurred_at >= $7)
            AND ($8::timestamptz IS NULL OR occurred_at < $8)
       ), page AS (
         SELECT sequence AS place, ${auditEntryColumns} FROM matching ORDER BY place DESC LIMIT $9 OFFSET $10
       ), total AS (
         SELECT count(*)::int AS total_count FROM matching
       )
       SELECT * FROM total LEFT JOIN page ON true ORDER BY place DESC`,
      [
        filter.type ?? null,
        filter.outcome ?? null,
        filter.userId ?? null,
        filter.sessionId ?? null,
        filter.documentId ?? null,
        filter.analysisId ?? null,
        filter.from ?? null,
        filter.until ?? null,
        limit,
        offset,
      ],
    );
    return {
      // Of an empty page there is the total's row alone.
      events: rows.filter(({ sequence }) => sequence !== null).map(eventOf),
      totalCount: rows[0]?.total_count ?? 0,
    };
  }

  async tree(): Promise<AuditTree> {
    const [row] = await this.#database.query<AuditTreeRow>(`SELECT ${auditTreeColumns} FROM session.audit_tree`);
    return treeOf(row as AuditTreeRow);
  }

  async entriesAfter(cursor: EntryCursor | undefined, limit: number): Promise<EntryPage> {
    const rows = await this.#database.query<AuditTreeRow & AuditEntryRow>(
      `SELECT ${auditTreeColumns}, page.*
         FROM session.audit_tree
              LEFT JOIN (SELECT sequence AS place, ${auditEntryColumns} FROM session.audit_entries
                          WHERE $1::bigint IS NULL OR (sequence, event_id) > ($1, $2::uuid)
                          ORDER BY place, audit_entries.event_id LIMIT $3) AS page ON true
        ORDER BY place, event_id`,
      [cursor?.sequence ?? null, cursor?.eventId ?? null, limit],
    );
    return {
      entries: rows.filter(({ sequence }) => sequence !== null).map(entryOf),
      tree: treeOf(rows[0] as AuditTreeRow),
    };
  }

  async firstSince(moment: Date): Promise<number> {
    const [row] = await this.#database.query<{ first: string }>(
      `SELECT coalesce((SELECT min(sequence) FROM session.audit_entries WHERE occurred_at >= $1),
                       (SELECT size FROM session.audit_tree))::text AS first`,
      [moment],
    );
    return Number(row?.first);
  }

  async seal({ size, peaks }: AuditPrefix, event: AuditEvent): Promise<number | undefined> {
    return this.#database.transaction(async (transaction) => {
      const tree = await lockTree(transaction);
      if (size <= tree.sealed.size || size > tree.size) return undefined;
      const [removed] = await transaction.query<{ count: number }>(
        `WITH removed AS (
           DELETE FROM session.audit_entries WHERE sequence < $1 RETURNING event_id
         ), kept AS (
           INSERT INTO session.audit_sealed_events SELECT event_id FROM removed ON CONFLICT DO NOTHING
         )
         SELECT count(*)::int AS count FROM removed`,
        [size],
      );
      await transaction.query('UPDATE session.audit_tree SET sealed_size = $1, sealed_peaks = $2', [size, peaks]);
      await appendEntries(transaction, tree, [event], this.#signer);
      return removed?.count ?? 0;
    });
  }

  async erase(
    userId: string,
    limit: number,
    declare: (erased: Record<ErasablePart, readonly number[]>) => AuditEvent,
  ): Promise<number> {
    return this.#database.transaction(async (transaction) => {
      const tree = await lockTree(transaction);
      const actor = await transaction.query<{ sequence: string }>(
        `UPDATE session.audit_entries SET actor = NULL, actor_salt = NULL, actor_erased_by = $3
          WHERE sequence IN (SELECT sequence FROM session.audit_entries WHERE user_id = $1 ORDER BY sequence LIMIT $2)
         RETURNING sequence::text`,
        [userId, limit, tree.size],
      );
      // An id is a whole text of JSON wherever the content mentions it.
      const content = await transaction.query<{ sequence: string }>(
        `UPDATE session.audit_entries SET content = NULL, content_salt = NULL, content_erased_by = $3
          WHERE sequence IN (SELECT sequence FROM session.audit_entries
                              WHERE position(to_json($1::text)::text IN content) > 0 ORDER BY sequence LIMIT $2)
         RETURNING sequence::text`,
        [userId, limit, tree.size],
      );
      if (actor.length + content.length === 0) return 0;
      // The event is the next entry, which the erased parts name.
      const event = declare({ actor: ascending(actor), content: ascending(content) });
      await appendEntries(transaction, tree, [event], this.#signer);
      return actor.length + content.length;
    });
  }

  async adoptEarlierEvents(limit: number): Promise<number> {
    return this.#database.transaction(async (transaction) => {
      const tree = await lockTree(transaction);
      const rows = await transaction.query<EarlierEventRow>(
        `DELETE FROM session.audit_log
          WHERE sequence IN (SELECT sequence FROM session.audit_log ORDER BY sequence LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING *`,
        [limit],
      );
      const inOrder = rows.toSorted((a, b) => Number(a.sequence) - Number(b.sequence));
      await appendEntries(transaction, tree, inOrder.map(earlierEventOf), this.#signer);
      return rows.length;
    });
  }
}

/** The parts of an entry as they are written. */
interface Actor {
  user_id?: string;
  session_id?: string;
}

interface Content {
  document_id?: string;
  analysis_id?: string;
  details?: Record<string, unknown>;
}

function ascending(rows: readonly { sequence: string }[]): number[] {
  return rows.map(({ sequence }) => Number(sequence)).sort((a, b) => a - b);
}

function eventOf(row: AuditEntryRow): RecordedEvent {
  const actor = (row.actor === null ? {} : JSON.parse(row.actor)) as Actor;
  const content = (row.content === null ? {} : JSON.parse(row.content)) as Content;
  return {
    sequence: Number(row.sequence),
    eventId: row.event_id,
    type: row.type,
    occurredAt: new Date(row.occurred_at),
    service: row.service,
    outcome: row.outcome,
    ...(actor.user_id === undefined ? {} : { userId: actor.user_id }),
    ...(actor.session_id === undefined ? {} : { sessionId: actor.session_id }),
    ...(content.document_id === undefined ? {} : { documentId: content.document_id }),
    ...(content.analysis_id === undefined ? {} : { analysisId: content.analysis_id }),
    details: content.details ?? {},
    actorErased: row.actor === null,
    contentErased: row.content === null,
  };
}
