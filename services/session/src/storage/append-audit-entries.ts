import { auditTime, entryLeaf, saltedPart } from '@contract-reviewer/platform/audit/audit-entry';
import type { AuditSigner } from '@contract-reviewer/platform/audit/audit-keys';
import { signEntries } from '@contract-reviewer/platform/audit/entry-signatures';
import { CompactRange } from '@contract-reviewer/platform/merkle/compact-range';
import type { Queryable } from '@contract-reviewer/platform/pg/database';
import type { AuditEvent } from '../domain/audit-event.ts';
import { type AuditTreeRow, auditTreeColumns, treeOf } from './audit-entry-row.ts';
import type { AuditTree } from './audit-store.ts';

/** Keeps every other writer of the log out until the transaction ends. */
export async function lockTree(transaction: Queryable): Promise<AuditTree> {
  const [row] = await transaction.query<AuditTreeRow>(
    `SELECT ${auditTreeColumns} FROM session.audit_tree FOR NO KEY UPDATE`,
  );
  return treeOf(row as AuditTreeRow);
}

/**
 * So many share a signature. The more do, the longer is what each needs besides; and others get their turn while these are
 * signed.
 */
const signedTogether = 16;

/** Adds events behind the last entry; those whose ids were ever added are left out. The caller holds the lock. */
export async function appendEntries(
  transaction: Queryable,
  tree: AuditTree,
  events: readonly AuditEvent[],
  signer: AuditSigner,
): Promise<void> {
  const fresh = await withoutRecorded(transaction, events);
  if (fresh.length === 0) return;
  const range = new CompactRange(tree.size, tree.peaks);
  const entries: ReturnType<typeof fieldsOf>[] = [];
  const signatures: string[] = [];
  for (let first = 0; first < fresh.length; first += signedTogether) {
    const group = fresh.slice(first, first + signedTogether).map((event, index) => fieldsOf(event, range.size + index));
    const leaves = group.map(entryLeaf);
    for (const leaf of leaves) range.append(leaf);
    entries.push(...group);
    signatures.push(...(await signEntries(tree.logId, leaves, signer)));
  }
  await transaction.query(
    `INSERT INTO session.audit_entries
       (sequence, event_id, type, occurred_at, service, outcome, actor, actor_salt, actor_hash, content, content_salt,
        content_hash, key_id, signature)
     SELECT sequence, event_id, type, occurred_at, service, outcome, actor, decode(actor_salt, 'hex'),
            decode(actor_hash, 'hex'), content, decode(content_salt, 'hex'), decode(content_hash, 'hex'), $13, signature
       FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
                   $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $14::text[])
            AS entry (sequence, event_id, type, occurred_at, service, outcome, actor, actor_salt, actor_hash, content,
                      content_salt, content_hash, signature)`,
    [
      entries.map(({ sequence }) => sequence),
      entries.map(({ eventId }) => eventId),
      entries.map(({ type }) => type),
      entries.map(({ occurredAt }) => occurredAt),
      entries.map(({ service }) => service),
      entries.map(({ outcome }) => outcome),
      entries.map(({ actor }) => actor.text),
      entries.map(({ actor }) => actor.salt),
      entries.map(({ actor }) => actor.hash),
      entries.map(({ content }) => content.text),
      entries.map(({ content }) => content.salt),
      entries.map(({ content }) => content.hash),
      signer.keyId,
      signatures,
    ],
  );
  await transaction.query('UPDATE session.audit_tree SET size = $1, peaks = $2', [range.size, range.peaks]);
}

async function withoutRecorded(transaction: Queryable, events: readonly AuditEvent[]): Promise<AuditEvent[]> {
  // As PostgreSQL writes a UUID, whatever case it came in.
  const byId = new Map<string, AuditEvent>();
  for (const event of events) {
    const eventId = event.eventId.toLowerCase();
    if (!byId.has(eventId)) byId.set(eventId, { ...event, eventId });
  }
  const recorded = await transaction.query<{ event_id: string }>(
    `SELECT event_id::text FROM session.audit_entries WHERE event_id = ANY ($1::uuid[])
     UNION ALL
     SELECT event_id::text FROM session.audit_sealed_events WHERE event_id = ANY ($1::uuid[])`,
    [[...byId.keys()]],
  );
  for (const { event_id } of recorded) byId.delete(event_id);
  return [...byId.values()];
}

function fieldsOf(event: AuditEvent, sequence: number) {
  return {
    sequence,
    eventId: event.eventId,
    type: event.type,
    occurredAt: auditTime(event.occurredAt),
    service: event.service,
    outcome: event.outcome,
    actor: saltedPart({ user_id: event.userId, session_id: event.sessionId }),
    content: saltedPart({ document_id: event.documentId, analysis_id: event.analysisId, details: event.details }),
  };
}
