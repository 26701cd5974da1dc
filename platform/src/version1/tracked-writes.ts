import type { Transaction } from '../pg/database.ts';

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
  transaction<T>(keys: readonly string[], work: (transaction: TrackedTransaction) => Promise<T>): Promise<T>;
}

/** Brings what version 1's own processes still write to PostgreSQL before it is read there. */
export interface Version1Reads {
  /**
   * While version 1 is read first: imports what it holds under the keys, if that is new. Otherwise, and if version 1's
   * Redis does not answer, does nothing.
   */
  refresh(...keys: string[]): Promise<void>;
}
