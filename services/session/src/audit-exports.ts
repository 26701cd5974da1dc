import type { AuditTrail } from '@contract-reviewer/platform/audit/audit-events';
import type { AuditRecord } from '@contract-reviewer/platform/audit/audit-records';
import type { Verdict } from '@contract-reviewer/platform/audit/audit-verdict';
import { verifyLog } from '@contract-reviewer/platform/audit/audit-verifier';
import { erasureType } from '@contract-reviewer/platform/audit/erasures';
import { requireAuditor } from './administrators.ts';
import type { AuditHeads } from './audit-heads.ts';
import { AuditWalks } from './audit-walks.ts';
import { SessionError } from './domain/errors.ts';
import type { Session } from './domain/session.ts';
import type { AuditHeadStore } from './storage/audit-head-store.ts';
import type { AuditStore, EntryCursor } from './storage/audit-store.ts';

const pageSize = 500;
const headsAtMost = 100_000;
const walksAtOnce = 2;

/** The log as others can verify it, and the same verification here. */
export class AuditExports {
  readonly #store: AuditStore;
  readonly #headStore: AuditHeadStore;
  readonly #heads: AuditHeads;
  readonly #trail: AuditTrail;
  readonly #verifications = new AuditWalks(walksAtOnce);
  /** By themselves, because an export lasts as long as who reads it likes. */
  readonly #exports = new AuditWalks(walksAtOnce);

  constructor(store: AuditStore, headStore: AuditHeadStore, heads: AuditHeads, trail: AuditTrail) {
    this.#store = store;
    this.#headStore = headStore;
    this.#heads = heads;
    this.#trail = trail;
  }

  /**
   * Checks the log from its first entry to its last.
   *
   * @throws {SessionError} not_an_administrator, audit_log_sealed_meanwhile, audit_log_busy
   */
  async verify(own: Session): Promise<Verdict> {
    requireAuditor(own);
    return this.check();
  }

  /**
   * The log, ready to be verified, or only its entries before the first one that is as young as `before`.
   *
   * @throws {SessionError} not_an_administrator, audit_log_sealed_meanwhile, audit_log_busy; audit_log_altered if it is
   *   to be sealed and does not hold, because sealing would give what was altered a new head
   */
  async *export(own: Session, before?: Date): AsyncGenerator<AuditRecord> {
    requireAuditor(own);
    using _walk = this.#exports.begin();
    const details = before === undefined ? {} : { before: before.toISOString() };
    const { userId, sessionId } = own;
    await this.#trail.record({ type: 'audit_log_exported', service: 'session', userId, sessionId, details });
    if (before === undefined) {
      yield* this.#records();
      return;
    }

    const size = await this.#store.firstSince(before);
    const { logId, peaks, fault } = await this.#check(size);
    if (fault) throw new SessionError('audit_log_altered', fault.message);
    yield* this.#records(size);
    yield { kind: 'head', ...(await this.#heads.signPrefix(logId, { size, peaks })) };
  }

  /** @param size how many entries to check; all of them unless told otherwise @throws {SessionError} audit_log_busy */
  async check(size?: number): Promise<Verdict> {
    using _walk = this.#verifications.begin();
    return await this.#check(size);
  }

  async #check(size?: number): Promise<Verdict> {
    const { logId } = await this.#store.tree();
    const keys = await this.#headStore.keys();
    return verifyLog(this.#records(size), { logId, anchors: this.#heads.anchors, keys });
  }

  /** @param until how many entries there are in the end; absent for all of them, and then a head over them ends it */
  async *#records(until = Infinity): AsyncGenerator<AuditRecord> {
    let page = await this.#store.entriesAfter(undefined, pageSize);
    const { logId, sealed } = page.tree;
    const sealedPeaks = sealed.peaks.map((peak) => peak.toString('hex'));
    yield { kind: 'log', format: 2, logId, sealedSize: sealed.size, sealedPeaks };
    for (const key of await this.#headStore.keys()) yield { kind: 'key', ...key };
    for (const head of await this.#headStore.list(sealed.size, headsAtMost)) {
      if (head.size <= until) yield { kind: 'head', ...head };
    }
    for (;;) {
      for (const entry of page.entries) {
        if (entry.sequence < until) yield { kind: 'entry', ...entry };
        else if (entry.type === erasureType) yield { kind: 'declaration', ...entry };
      }
      const last = page.entries.at(-1);
      if (!last || page.entries.length < pageSize) break;
      page = await this.#pageAfter(last);
    }
    if (until === Infinity) yield { kind: 'head', ...(await this.#heads.signPrefix(logId, page.tree)) };
  }

  async #pageAfter(last: EntryCursor) {
    const page = await this.#store.entriesAfter(last, pageSize);
    if (page.tree.sealed.size > last.sequence + 1) {
      throw new SessionError('audit_log_sealed_meanwhile', 'The log was sealed at the same time. Ask again.');
    }
    return page;
  }
}
