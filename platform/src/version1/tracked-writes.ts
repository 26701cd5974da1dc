import type { Database, Transaction, TransactionOptions } from '../pg/database.ts';
import type { KeyWriter } from './key-writer.ts';
import type { Ledger } from './ledger.ts';
import { writesVersion1 } from './phase.ts';
import type { PhaseWatch } from './phase-watch.ts';
import type { PgVersion1State } from './state-store.ts';

/** A transaction that may change what version 1's keys stand for. */
export interface TrackedTransaction extends Transaction {
  /**
   * Names further keys of version 1 whose things the transaction changes. Comes before their rows are locked or changed:
   * an import that is under way ends first, and a row lock that it needs would make the two wait for each other.
   */
  touch(...keys: string[]): Promise<void>;
  /** Names keys, touched already, whose things the transaction deletes: nothing brings them back from version 1. */
  bury(...keys: string[]): Promise<void>;
}

/** The one way in which a service writes what version 1 had, too. */
export interface TrackedWrites {
  /**
   * `Database.transaction` for changes of what the keys of version 1 stand for. While version 1's keys are still
   * written, they are written before it resolves, or soon after if version 1's Redis does not answer. Once completion is
   * confirmed, and where there was no version 1, it costs nothing.
   *
   * @param keys touched from the beginning
   * @throws as `Database.transaction`
   */
  transaction<T>(
    keys: readonly string[],
    work: (transaction: TrackedTransaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
}

/** Brings what version 1's own processes still write to PostgreSQL before it is read there. */
export interface Version1Reads {
  /**
   * While version 1 is read first: imports what it holds under the keys, if that is new. Otherwise, and if version 1's
   * Redis does not answer, does nothing.
   */
  refresh(...keys: string[]): Promise<void>;
}

export interface PhasedWritesOptions {
  database: Database;
  state: PgVersion1State;
  watch: PhaseWatch;
  ledger: Ledger;
  /** Undefined if version 1's Redis is not configured, because the move is over or never was. */
  writer: KeyWriter | undefined;
}

/** Writes as the phase demands, which nobody changes under a transaction that is under way. */
export class PhasedWrites implements TrackedWrites {
  readonly #options: PhasedWritesOptions;

  constructor(options: PhasedWritesOptions) {
    this.#options = options;
  }

  async transaction<T>(
    keys: readonly string[],
    work: (transaction: TrackedTransaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    const { database, state, watch, ledger, writer } = this.#options;
    if (watch.isSettled) return database.transaction((transaction) => work(untracked(transaction)), options);

    const touched = new Set<string>();
    let isDelivered = false;
    const result = await database.transaction(async (transaction) => {
      const held = await state.hold(transaction);
      watch.learn(held);
      if (held.confirmed) return work(untracked(transaction));
      isDelivered = writesVersion1(held.phase);
      const touch = async (...wanted: string[]) => {
        const fresh = wanted.filter((key) => !touched.has(key));
        if (fresh.length === 0) return;
        await ledger.lock(transaction, fresh);
        await ledger.touch(transaction, fresh);
        for (const key of fresh) touched.add(key);
      };
      await touch(...keys);
      return work({ ...transaction, touch, bury: (...buried) => ledger.bury(transaction, buried) });
    }, options);
    if (touched.size > 0 && isDelivered) await writer?.tryWrite([...touched]);
    return result;
  }
}

function untracked(transaction: Transaction): TrackedTransaction {
  return { ...transaction, touch: async () => undefined, bury: async () => undefined };
}
