import type { AuditEntry, SaltedPart } from '@contract-reviewer/platform/audit/audit-entry';
import type { AuditTree } from './audit-store.ts';

/** Bytes are hexadecimal text here, which is what hashes are elsewhere. */
export interface AuditEntryRow {
  sequence: string;
  event_id: string;
  type: string;
  occurred_at: string;
  service: string;
  outcome: string;
  actor: string | null;
  actor_salt: string | null;
  actor_hash: string;
  actor_erased_by: string | null;
  content: string | null;
  content_salt: string | null;
  content_hash: string;
  content_erased_by: string | null;
  key_id: string;
  signature: string;
}

/** All of an entry as exactly as it is stored: times to the microsecond, and text as text. */
export const auditEntryColumns = `
  sequence::text, event_id::text, type,
  to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS occurred_at, service, outcome,
  actor, encode(actor_salt, 'hex') AS actor_salt, encode(actor_hash, 'hex') AS actor_hash,
  actor_erased_by::text,
  content, encode(content_salt, 'hex') AS content_salt, encode(content_hash, 'hex') AS content_hash,
  content_erased_by::text,
  key_id, signature`;

export function entryOf(row: AuditEntryRow): AuditEntry {
  return {
    sequence: Number(row.sequence),
    eventId: row.event_id,
    type: row.type,
    occurredAt: row.occurred_at,
    service: row.service,
    outcome: row.outcome,
    actor: partOf(row.actor_hash, row.actor_salt, row.actor, row.actor_erased_by),
    content: partOf(row.content_hash, row.content_salt, row.content, row.content_erased_by),
    keyId: row.key_id,
    signature: row.signature,
  };
}

export interface AuditTreeRow {
  log_id: string;
  size: string;
  peaks: Buffer[];
  sealed_size: string;
  sealed_peaks: Buffer[];
}

export const auditTreeColumns = 'log_id::text, size::text, peaks, sealed_size::text, sealed_peaks';

export function treeOf(row: AuditTreeRow): AuditTree {
  return {
    logId: row.log_id,
    size: Number(row.size),
    peaks: row.peaks,
    sealed: { size: Number(row.sealed_size), peaks: row.sealed_peaks },
  };
}

function partOf(hash: string, salt: string | null, text: string | null, erasedBy: string | null): SaltedPart {
  return {
    hash,
    ...(salt === null ? {} : { salt }),
    ...(text === null ? {} : { text }),
    ...(erasedBy === null ? {} : { erasedBy: Number(erasedBy) }),
  };
}
