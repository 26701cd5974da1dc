import { auditTime } from '@contract-reviewer/platform/audit/audit-entry';
import { type AuditHead, type HeadFile, signHead } from '@contract-reviewer/platform/audit/audit-head';
import type { AuditKey, AuditSigner } from '@contract-reviewer/platform/audit/audit-keys';
import type { Logger } from '@contract-reviewer/platform/log';
import { CompactRange } from '@contract-reviewer/platform/merkle/compact-range';
import { requireAuditor } from './administrators.ts';
import { auditLogEvent } from './audit-log.ts';
import type { Session } from './domain/session.ts';
import type { AuditHeadStore } from './storage/audit-head-store.ts';
import type { AuditPrefix, AuditStore } from './storage/audit-store.ts';

/** Heads that go with a head, to narrow down where a log differs from it. */
const earlierHeads = 1000;

/** Signs what the log is, again and again, so that nobody can change it unnoticed. */
export class AuditHeads {
  readonly #store: AuditStore;
  readonly #heads: AuditHeadStore;
  readonly #signers: readonly [AuditSigner, ...AuditSigner[]];
  readonly #logger: Logger;

  /** @param signers the newest first; older ones only vouch for it */
  constructor(
    store: AuditStore,
    heads: AuditHeadStore,
    signers: readonly [AuditSigner, ...AuditSigner[]],
    logger: Logger,
  ) {
    this.#store = store;
    this.#heads = heads;
    this.#signers = signers;
    this.#logger = logger;
  }

  /** Public keys in base64 that this process trusts, because it has what is secret about them. */
  get anchors(): string[] {
    return this.#signers.map(({ publicKey }) => publicKey);
  }

  /** Makes the keys known, each vouched for by the one before it. To be done before anything is signed. */
  async registerKeys(): Promise<void> {
    const { logId } = await this.#store.tree();
    const oldestFirst = this.#signers.toReversed();
    for (const [index, signer] of oldestFirst.entries()) {
      const predecessor = oldestFirst[index - 1];
      const { keyId, publicKey } = signer;
      const key: AuditKey = predecessor ? await signer.succeed(logId, predecessor) : { keyId, publicKey };
      const isFirst = (await this.#heads.keys()).length === 0;
      if (!(await this.#heads.addKey(key))) continue;
      if (!isFirst && !predecessor) {
        this.#logger.warn({ key_id: keyId }, 'no earlier key vouches for the new key of the audit log');
      }
      const details = { key_id: keyId, ...(predecessor && { predecessor_key_id: predecessor.keyId }) };
      await this.#store.append([auditLogEvent('audit_key_added', {}, details)]);
    }
  }

  /** Signs the log as it is, and keeps the head, unless it has not grown since the last one. */
  async signIfGrown(): Promise<void> {
    const tree = await this.#store.tree();
    const [last] = await this.#heads.list(0, 1);
    if (tree.size === (last?.size ?? 0)) return;
    const head = await this.signPrefix(tree.logId, tree);
    await this.#heads.add(head);
    // Logs are usually collected elsewhere, and there a head is worth the most.
    this.#logger.info({ audit_head: head }, 'signed a head of the audit log');
  }

  /** The log as it is, signed, with all that it takes to check the log against it. @throws {SessionError} not_an_administrator */
  async current(own: Session): Promise<HeadFile> {
    requireAuditor(own);
    const tree = await this.#store.tree();
    const head = await this.signPrefix(tree.logId, tree);
    const earlier = await this.#heads.list(tree.sealed.size, earlierHeads);
    await this.#heads.add(head);
    return { head, keys: await this.#heads.keys(), earlierHeads: earlier.filter(({ size }) => size <= head.size) };
  }

  signPrefix(logId: string, { size, peaks }: AuditPrefix): Promise<AuditHead> {
    const rootHash = new CompactRange(size, peaks).root().toString('hex');
    return signHead({ logId, size, rootHash, signedAt: auditTime(new Date()) }, this.#signers[0]);
  }
}
