import type { Database, Invalidation } from '../pg/database.ts';

/** What PostgreSQL knows of the cache: which Redis is trusted, and what it may still hold that is stale. */
export interface CacheState {
  /** Values in Redis carry the epoch in which they were read; those of another epoch are misses. */
  epoch: number;
  /** The Redis process that is trusted; undefined before the first was registered. */
  runId: string | undefined;
  /** Whether all trust in the Redis of the epoch before is known to have run out. */
  inForce: boolean;
  /** Whether an invalidation exists that its writer could not deliver. */
  undelivered: boolean;
}

/** The PostgreSQL side of the cache protocol. Every statement runs on the primary and sees all that is committed. */
export interface InvalidationLog {
  check(): Promise<CacheState>;
  /** Names another Redis: raises the epoch, which is not in force yet. */
  register(runId: string): Promise<void>;
  /** The epoch, if it still is the current one, is in force from now on. */
  putInForce(epoch: number): Promise<void>;
  /** Remembers that the writer could not deliver. */
  markUndelivered(ids: readonly string[]): Promise<void>;
  /** Forgets invalidations that were delivered. */
  remove(ids: readonly string[]): Promise<void>;
  /**
   * Hands invalidations that their writers left behind to `deliver`, and forgets them if it succeeds. Two processes
   * never get the same one at the same time.
   *
   * @returns how many were delivered
   */
  deliverLeftBehind(limit: number, deliver: (left: readonly Invalidation[]) => Promise<void>): Promise<number>;
}

/** A writer that lives delivers within a fraction of this; what is older was left behind. */
const leftBehindAfter = '2 seconds';

export class PgInvalidationLog implements InvalidationLog {
  readonly #database: Database;
  readonly #schema: string;

  constructor(database: Database, schema: string) {
    this.#database = database;
    this.#schema = schema;
  }

  async check(): Promise<CacheState> {
    const [row] = await this.#database.query<{
      epoch: string;
      run_id: string | null;
      in_force: boolean;
      undelivered: boolean;
    }>(
      `SELECT epoch, run_id, in_force,
              EXISTS (SELECT FROM ${this.#schema}.cache_invalidations WHERE undelivered) AS undelivered
         FROM ${this.#schema}.cache_epoch`,
    );
    if (!row) throw new Error(`${this.#schema}.cache_epoch is empty`);
    return {
      epoch: Number(row.epoch),
      runId: row.run_id ?? undefined,
      inForce: row.in_force,
      undelivered: row.undelivered,
    };
  }

  async register(runId: string): Promise<void> {
    await this.#database.query(
      `UPDATE ${this.#schema}.cache_epoch SET epoch = epoch + 1, run_id = $1, in_force = false
        WHERE run_id IS DISTINCT FROM $1`,
      [runId],
    );
  }

  async putInForce(epoch: number): Promise<void> {
    await this.#database.query(`UPDATE ${this.#schema}.cache_epoch SET in_force = true WHERE epoch = $1`, [epoch]);
  }

  async markUndelivered(ids: readonly string[]): Promise<void> {
    await this.#database.query(
      `UPDATE ${this.#schema}.cache_invalidations SET undelivered = true WHERE id = ANY ($1::uuid[])`,
      [ids],
    );
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#database.query(`DELETE FROM ${this.#schema}.cache_invalidations WHERE id = ANY ($1::uuid[])`, [ids]);
  }

  /** Which of the keys have an invalidation that is not known to be delivered. */
  async pendingAmong(keys: readonly string[]): Promise<Set<string>> {
    if (keys.length === 0) return new Set();
    const rows = await this.#database.query<{ key: string }>(
      `SELECT DISTINCT key FROM ${this.#schema}.cache_invalidations, unnest(keys) AS key WHERE key = ANY ($1::text[])`,
      [keys],
    );
    return new Set(rows.map(({ key }) => key));
  }

  async deliverLeftBehind(limit: number, deliver: (left: readonly Invalidation[]) => Promise<void>): Promise<number> {
    return this.#database.transaction(async (transaction) => {
      const left = await transaction.query<{ id: string; keys: string[] }>(
        `DELETE FROM ${this.#schema}.cache_invalidations
          WHERE id = ANY (ARRAY (SELECT id FROM ${this.#schema}.cache_invalidations
                                  WHERE undelivered OR created_at < clock_timestamp() - $2::interval
                                  LIMIT $1 FOR UPDATE SKIP LOCKED))
         RETURNING id, keys`,
        [limit, leftBehindAfter],
      );
      if (left.length > 0) await deliver(left);
      return left.length;
    });
  }
}
