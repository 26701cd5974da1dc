import type { Database, Queryable } from '../pg/database.ts';
import type { BackfillCheckpoint } from './backfill-checkpoint.ts';
import type { Phase, PhaseState } from './phase.ts';

export interface VerificationResult {
  /** ISO 8601. */
  finishedAt: string;
  /** Keys of version 1 that were compared. */
  compared: number;
  /** Keys at which the stores differed. */
  drifted: number;
}

export interface Version1State extends PhaseState {
  defaultOwnerId: string | undefined;
  backfill: BackfillCheckpoint | undefined;
  verification: VerificationResult | undefined;
}

interface StateRow extends PhaseState {
  default_owner_id: string | null;
  backfill: BackfillCheckpoint | null;
  verification: VerificationResult | null;
}

/** How far the move from version 1 has come: one row of PostgreSQL, which all replicas go by. */
export class PgVersion1State {
  readonly #database: Database;
  readonly #table: string;

  constructor(database: Database, schema: string) {
    this.#database = database;
    this.#table = `${schema}.version1_state`;
  }

  async read(): Promise<Version1State> {
    const [row] = await this.#database.query<StateRow>(
      `SELECT phase, confirmed, migrates, default_owner_id, backfill, verification FROM ${this.#table}`,
    );
    if (!row) throw this.#rowIsMissing();
    return {
      phase: row.phase,
      confirmed: row.confirmed,
      migrates: row.migrates,
      defaultOwnerId: row.default_owner_id ?? undefined,
      backfill: row.backfill ?? undefined,
      verification: row.verification ?? undefined,
    };
  }

  /** Begins the move, unless it was begun before. Safe to be called by several processes at once. */
  async begin(): Promise<void> {
    await this.#database.query(
      `UPDATE ${this.#table} SET phase = 'dual_write', confirmed = false, migrates = true WHERE NOT migrates`,
    );
  }

  /** The phase, which nobody changes before the transaction has ended. */
  hold(transaction: Queryable): Promise<PhaseState> {
    // Of the row locks the one that `saveBackfill` and its like, which change no phase, need not wait for.
    return this.#readPhase(transaction, 'FOR KEY SHARE');
  }

  /** The phase, once all transactions that hold it have ended; those that come later wait for this one. */
  async holdForChange(transaction: Queryable): Promise<PhaseState> {
    // Those who come later queue up behind a lock of the table. They would overtake a lock of the row, for as long as
    // there are always some of them.
    await transaction.query(`LOCK TABLE ${this.#table} IN EXCLUSIVE MODE`);
    return this.#readPhase(transaction);
  }

  /** Comes after `holdForChange`. */
  async setPhase(transaction: Queryable, phase: Phase, confirmed: boolean): Promise<void> {
    await transaction.query(`UPDATE ${this.#table} SET phase = $1, confirmed = $2`, [phase, confirmed]);
  }

  async defaultOwner(database: Queryable): Promise<string | undefined> {
    const [row] = await database.query<{ owner: string | null }>(
      `SELECT default_owner_id AS owner FROM ${this.#table}`,
    );
    return row?.owner ?? undefined;
  }

  async setDefaultOwner(ownerId: string): Promise<void> {
    await this.#database.query(`UPDATE ${this.#table} SET default_owner_id = $1`, [ownerId]);
  }

  async saveBackfill(checkpoint: BackfillCheckpoint): Promise<void> {
    await this.#database.query(`UPDATE ${this.#table} SET backfill = $1`, [JSON.stringify(checkpoint)]);
  }

  async saveVerification(result: VerificationResult): Promise<void> {
    await this.#database.query(`UPDATE ${this.#table} SET verification = $1`, [JSON.stringify(result)]);
  }

  async #readPhase(transaction: Queryable, lock = ''): Promise<PhaseState> {
    const [row] = await transaction.query<PhaseState>(`SELECT phase, confirmed, migrates FROM ${this.#table} ${lock}`);
    if (!row) throw this.#rowIsMissing();
    return row;
  }

  #rowIsMissing(): Error {
    return new Error(`${this.#table} has lost its row: restore it from a backup`);
  }
}
