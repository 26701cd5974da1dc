import { randomBytes } from 'node:crypto';
import { canonicalJson } from '../json/canonical-json.ts';
import { type Hash, leafHash, sha256 } from '../merkle/hashing.ts';

/**
 * A part of an entry that can be erased. The entry commits to it by its hash, so that what is there cannot be changed;
 * and the hash is salted, so that what was erased cannot be guessed.
 */
export interface SaltedPart {
  /** SHA-256 in hexadecimal; stays when the part is erased. */
  hash: string;
  /** In hexadecimal; absent once the part is erased. */
  salt?: string | undefined;
  /** Canonical JSON, as it was hashed; absent once the part is erased. */
  text?: string | undefined;
  /** Once the part is erased: the entry that declares so. */
  erasedBy?: number | undefined;
}

/** What the leaf of an entry is made of. */
export interface EntryFields {
  /** The place in the log, from 0, without gaps. */
  sequence: number;
  /** A UUID in lower case. */
  eventId: string;
  type: string;
  /** As `auditTime` writes it. */
  occurredAt: string;
  /** The service in which it happened. */
  service: string;
  /** `allowed` or `denied`. */
  outcome: string;
  /** Who did it: `user_id`, `session_id`. */
  actor: SaltedPart;
  /** What it was: `document_id`, `analysis_id`, `details`. */
  content: SaltedPart;
}

export interface AuditEntry extends EntryFields {
  /** The key that signed it. */
  keyId: string;
  /** As `signEntries` writes it. */
  signature: string;
}

/** The parts of an entry that can be erased. */
export const erasableParts = ['actor', 'content'] as const;
export type ErasablePart = (typeof erasableParts)[number];

const partPrefix = Buffer.of(0x02);
const saltBytes = 16;

/** A moment as entries have it: ISO 8601 in UTC with six decimals, which is all that PostgreSQL can tell apart. */
export function auditTime(moment: Date): string {
  return moment.toISOString().replace('Z', '000Z');
}

export function saltedPart(value: object): SaltedPart & { salt: string; text: string } {
  const salt = randomBytes(saltBytes).toString('hex');
  const text = canonicalJson(value);
  return { hash: partHash(salt, text), salt, text };
}

/** Whether a part is the one that was committed to, or says who erased it. */
export function isPartIntact({ hash, salt, text, erasedBy }: SaltedPart): boolean {
  if (salt === undefined && text === undefined) return erasedBy !== undefined;
  return salt !== undefined && text !== undefined && erasedBy === undefined && partHash(salt, text) === hash;
}

export function isErased({ salt, text }: SaltedPart): boolean {
  return salt === undefined && text === undefined;
}

/** The entry's leaf in the Merkle tree. docs/audit-log.md says the same byte by byte. */
export function entryLeaf(entry: EntryFields): Hash {
  return leafHash(
    Buffer.from(
      canonicalJson({
        actor_hash: entry.actor.hash,
        content_hash: entry.content.hash,
        event_id: entry.eventId,
        occurred_at: entry.occurredAt,
        outcome: entry.outcome,
        sequence: entry.sequence,
        service: entry.service,
        type: entry.type,
      }),
    ),
  );
}

function partHash(salt: string, text: string): string {
  return sha256(partPrefix, Buffer.from(salt, 'hex'), Buffer.from(text)).toString('hex');
}
