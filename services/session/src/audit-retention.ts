import { formatSequences } from '@contract-reviewer/platform/audit/erasures';
import { CompactRange } from '@contract-reviewer/platform/merkle/compact-range';
import { requireAdministrator } from './administrators.ts';
import type { AuditExports } from './audit-exports.ts';
import { auditLogEvent } from './audit-log.ts';
import { SessionError } from './domain/errors.ts';
import type { Session } from './domain/session.ts';
import type { UserId } from './domain/user.ts';
import type { AuditStore } from './storage/audit-store.ts';

export interface Archive {
  /** How many entries there are up to its end, those of earlier archives included. */
  sealedSize: number;
  /** The root over those, in hexadecimal, as computed from the archive. */
  rootHash: string;
  /** SHA-256 of the file, in hexadecimal. */
  sha256: string;
}

/** An entry that lists this many others still is a small one. */
const erasedAtOnce = 500;

/** How entries and what they say leave the log: never in silence. */
export class AuditRetention {
  readonly #store: AuditStore;
  readonly #exports: AuditExports;

  constructor(store: AuditStore, exports: AuditExports) {
    this.#store = store;
    this.#exports = exports;
  }

  /**
   * Removes the entries that an archive holds.
   *
   * @returns how many were removed
   * @throws {SessionError} not_an_administrator; archive_mismatch if the archive does not hold exactly the entries from
   *   the first one here; audit_log_altered, audit_log_busy
   */
  async seal(own: Session, { sealedSize, rootHash, sha256 }: Archive): Promise<number> {
    requireAdministrator(own);
    const { firstSequence, size, peaks, fault } = await this.#exports.check(sealedSize);
    if (fault) throw new SessionError('audit_log_altered', fault.message);
    const isSame = size === sealedSize && new CompactRange(size, peaks).root().toString('hex') === rootHash;
    const event = auditLogEvent('audit_log_sealed', own, {
      first_sequence: firstSequence,
      sealed_size: sealedSize,
      root_hash: rootHash,
      archive_sha256: sha256,
    });
    const removed = isSame ? await this.#store.seal({ size, peaks }, event) : undefined;
    if (removed === undefined) {
      throw new SessionError('archive_mismatch', 'The archive does not hold what is to be sealed. Export it again.');
    }
    return removed;
  }

  /**
   * Erases what says that the user did something, or that something was done to them. Entries keep their place, time
   * and type, and what a user did to documents stays without their name.
   *
   * @returns how many parts of entries were erased
   * @throws {SessionError} not_an_administrator
   */
  async erase(own: Session, userId: UserId): Promise<number> {
    requireAdministrator(own);
    let erased = 0;
    for (;;) {
      const count = await this.#store.erase(userId, erasedAtOnce, ({ actor, content }) =>
        auditLogEvent('personal_data_erased', own.userId === userId ? {} : own, {
          actor_erased: formatSequences(actor),
          content_erased: formatSequences(content),
        }),
      );
      if (count === 0) return erased;
      erased += count;
    }
  }
}
