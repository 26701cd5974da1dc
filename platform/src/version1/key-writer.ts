import type { Logger } from '../log.ts';
import { Periodic } from '../periodic.ts';
import type { Database, Queryable, Transaction } from '../pg/database.ts';
import { sha256Of } from './digest.ts';
import type { Families } from './families.ts';
import { inBatches } from './key-batches.ts';
import type { KeyState, Ledger } from './ledger.ts';
import { writesVersion1 } from './phase.ts';
import type { PhaseWatch } from './phase-watch.ts';
import { overwritten, type SetAsideStore } from './set-aside-store.ts';
import type { PgVersion1State } from './state-store.ts';
import type { KeyWrite, StoredValue, Version1Redis } from './version1-redis.ts';

const sweepIntervalMs = 1000;
/** Few, because what PostgreSQL holds for them is in memory at once, and locked. */
const batchSize = 20;

export interface KeyWriterOptions {
  database: Database;
  state: PgVersion1State;
  watch: PhaseWatch;
  ledger: Ledger;
  setAside: SetAsideStore;
  families: Families;
  /** For those who wait for their write. */
  redis: Version1Redis;
  /** The same with more patience: what did not arrive in time may be large. */
  bulk: Version1Redis;
  logger: Logger;
}

/**
 * Writes version 1's keys from what PostgreSQL holds: at once after each change, and again and again for those that
 * version 1's Redis did not take.
 */
export class KeyWriter implements AsyncDisposable {
  readonly #options: KeyWriterOptions;
  readonly #sweep: Periodic;

  constructor(options: KeyWriterOptions) {
    this.#options = options;
    const { logger } = options;
    this.#sweep = new Periodic({ name: 'write pending keys of version 1', intervalMs: sweepIntervalMs, logger }, () =>
      this.#writeWhatWaits(),
    );
  }

  start(): void {
    this.#sweep.start();
  }

  /** Begins to write all keys that are pending, in the background. */
  wake(): void {
    this.#sweep.runNow();
  }

  /** Writes those of the keys that are pending, if version 1's Redis answers; if not, it is done later. */
  async tryWrite(keys: readonly string[]): Promise<void> {
    const { redis } = this.#options;
    if (redis.runId === undefined) return;
    try {
      await this.#writeIfDue(keys, redis);
    } catch (error) {
      this.#options.logger.debug({ err: error }, 'keys of version 1 are written later');
    }
  }

  /**
   * Writes all keys that are pending, or as many as there were when it began.
   *
   * @throws when a store does not answer
   */
  async writeAll(): Promise<void> {
    const { database, bulk } = this.#options;
    await this.#writePending(database, (keys) => this.#writeIfDue(keys, bulk));
  }

  /**
   * The same, in the transaction of a caller who keeps everybody else from changing anything meanwhile: those who wait for
   * it may have all other connections.
   */
  async writeAllIn(transaction: Transaction): Promise<void> {
    await this.#writePending(transaction, (keys) => this.#writeIn(transaction, keys, this.#options.bulk));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#sweep[Symbol.asyncDispose]();
  }

  async #writeWhatWaits(): Promise<void> {
    const { watch, bulk } = this.#options;
    if (watch.isSettled || !writesVersion1(watch.phase) || bulk.runId === undefined) return;
    await this.writeAll();
  }

  async #writePending(database: Queryable, write: (keys: readonly string[]) => Promise<void>): Promise<void> {
    const { ledger, bulk } = this.#options;
    let left = await ledger.countPending(database);
    while (left > 0) {
      const keys = await ledger.pendingKeys(database, batchSize);
      if (keys.length === 0) return;
      // A Redis that hangs is found out here, before anything is locked.
      for await (const batch of inBatches(bulk, keys)) await write(batch);
      left -= keys.length;
    }
  }

  async #writeIfDue(keys: readonly string[], redis: Version1Redis): Promise<void> {
    const { database, state } = this.#options;
    await database.transaction(async (transaction) => {
      const { phase } = await state.hold(transaction);
      if (writesVersion1(phase)) await this.#writeIn(transaction, keys, redis);
    });
  }

  async #writeIn(transaction: Transaction, keys: readonly string[], redis: Version1Redis): Promise<void> {
    const { ledger, families } = this.#options;
    await ledger.lock(transaction, keys);
    const known = await ledger.read(transaction, keys);
    const pending = keys.filter((key) => known.get(key)?.pendingSince);
    if (pending.length === 0) return;
    const texts = await families.render(transaction, pending);
    const writes = pending.map((key) => ({ key, text: texts.get(key) })).filter((write) => isDue(write, known));
    const before = await redis.write(writes);
    await this.#keepUnseen(transaction, writes, before, known);
    const synced = writes.flatMap(({ key, text }) => {
      if (text === undefined) return [];
      const sha256 = sha256Of(text);
      return [{ key, valueSha256: sha256, stateSha256: sha256 }];
    });
    if (synced.length > 0) await ledger.markSynced(transaction, synced, redis.runId);
    await ledger.clearPending(transaction, pending);
  }

  /** Version 1's own processes may have written since; what they wrote is overwritten, but not lost. */
  async #keepUnseen(
    transaction: Transaction,
    writes: readonly KeyWrite[],
    before: ReadonlyMap<string, StoredValue>,
    known: ReadonlyMap<string, KeyState>,
  ): Promise<void> {
    const { setAside, ledger } = this.#options;
    const unseen = writes.flatMap(({ key, text }) => {
      const value = before.get(key);
      // Of what a user has deleted nothing is kept.
      if (!value || text === undefined) return [];
      const sha256 = sha256Of(value.bytes);
      return sha256 === known.get(key)?.valueSha256 || sha256 === sha256Of(text) ? [] : [{ key, sha256, value }];
    });
    if (unseen.length === 0) return;
    await ledger.addPast(transaction, unseen);
    const kept = await setAside.among(transaction, unseen);
    const lost = unseen.filter(({ key }) => !kept.has(key));
    if (lost.length > 0) {
      await setAside.add(
        transaction,
        lost.map(({ value }) => ({ value, reason: overwritten })),
      );
    }
  }
}

/** Whether version 1 would see a difference. Only what was deleted here is removed there. */
function isDue({ key, text }: KeyWrite, known: ReadonlyMap<string, KeyState>): boolean {
  const state = known.get(key);
  return text === undefined ? (state?.isDeleted ?? false) : sha256Of(text) !== state?.stateSha256;
}
