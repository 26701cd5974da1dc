import type { AuditHead } from '@contract-reviewer/platform/audit/audit-head';
import type { AuditKey } from '@contract-reviewer/platform/audit/audit-keys';

/** The heads of the audit log that were signed, and the public keys that signed them. */
export interface AuditHeadStore {
  /** Keeps a head. */
  add(head: AuditHead): Promise<void>;

  /** The newest `limit` heads of at least that size, in ascending order. */
  list(minSize: number, limit: number): Promise<AuditHead[]>;

  /** All keys, in the order in which they came. */
  keys(): Promise<AuditKey[]>;

  /** @returns whether it was new; a key that is there stays as it is */
  addKey(key: AuditKey): Promise<boolean>;
}
