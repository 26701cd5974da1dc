import type { Queryable } from '../pg/database.ts';

/** What is known of one of version 1's keys. */
export interface KeyState {
  /** Of what version 1 held when both stores were last known to be the same. */
  valueSha256: string | undefined;
  /** Of what this version would have written then. */
  stateSha256: string | undefined;
  /** The Redis process that held it then. */
  runId: string | undefined;
  /** When a write that is not in version 1's Redis yet touched it; undefined if there is none. */
  pendingSince: Date | undefined;
  /** Whether its thing was deleted since dual writing began. */
  isDeleted: boolean;
}

export interface SyncedKey {
  key: string;
  valueSha256: string;
  stateSha256: string;
}

/** What a key of version 1 held, or holds. */
export interface KeyValue {
  key: string;
  sha256: string;
}

interface KeyRow {
  key: string;
  value_sha256: string | null;
  state_sha256: string | null;
  run_id: string | null;
  touched_at: Date | null;
  is_deleted: boolean;
}

/**
 * What the service knows of version 1's keys. Whoever changes what a key stands for, writes the key or imports it holds
 * the key's lock to the end of the transaction, so that these never happen to one key at the same time.
 */
export class Ledger {
  readonly #schema: string;

  constructor(schema: string) {
    this.#schema = schema;
  }

  /** Always in the same order, so that no two transactions wait for each other. */
  async lock(transaction: Queryable, keys: readonly string[]): Promise<void> {
    await transaction.query(
      `SELECT pg_advisory_xact_lock(hashtextextended(key, 0))
         FROM unnest($1::text[]) WITH ORDINALITY AS wanted (key, number) ORDER BY number`,
      [[...new Set(keys)].sort().map((key) => `${this.#schema} version 1 ${key}`)],
    );
  }

  async read(database: Queryable, keys: readonly string[]): Promise<Map<string, KeyState>> {
    const rows = await database.query<KeyRow>(
      `SELECT key, value_sha256, state_sha256, run_id, touched_at, deleted_at IS NOT NULL AS is_deleted
         FROM unnest($1::text[]) AS wanted (key)
         LEFT JOIN ${this.#schema}.version1_keys USING (key)
         LEFT JOIN ${this.#schema}.version1_pending USING (key)
         LEFT JOIN ${this.#schema}.version1_deleted USING (key)`,
      [keys],
    );
    return new Map(rows.map((row) => [row.key, stateOf(row)]));
  }

  async deletedAmong(database: Queryable, keys: readonly string[]): Promise<Set<string>> {
    const rows = await database.query<{ key: string }>(
      `SELECT key FROM ${this.#schema}.version1_deleted WHERE key = ANY ($1)`,
      [keys],
    );
    return new Set(rows.map(({ key }) => key));
  }

  /** Notes that version 1's keys have to be written again. */
  async touch(transaction: Queryable, keys: readonly string[]): Promise<void> {
    await transaction.query(
      `INSERT INTO ${this.#schema}.version1_pending (key) SELECT unnest($1::text[])
       ON CONFLICT (key) DO UPDATE SET touched_at = clock_timestamp()`,
      [keys],
    );
  }

  /** Notes that what the keys stood for was deleted. */
  async bury(transaction: Queryable, keys: readonly string[]): Promise<void> {
    await transaction.query(
      `INSERT INTO ${this.#schema}.version1_deleted (key) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING`,
      [keys],
    );
  }

  /** @param runId the Redis process that holds the values; undefined if that is not known */
  async markSynced(transaction: Queryable, synced: readonly SyncedKey[], runId: string | undefined): Promise<void> {
    await transaction.query(
      `WITH synced AS (
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS synced (key, value_sha256, state_sha256)
       ), past AS (
         INSERT INTO ${this.#schema}.version1_past (key, sha256)
         SELECT key, former.value_sha256 FROM ${this.#schema}.version1_keys AS former JOIN synced USING (key)
          WHERE former.value_sha256 <> synced.value_sha256
         ON CONFLICT DO NOTHING
       )
       INSERT INTO ${this.#schema}.version1_keys (key, value_sha256, state_sha256, run_id)
       SELECT key, value_sha256, state_sha256, $4 FROM synced
       ON CONFLICT (key) DO UPDATE SET value_sha256 = EXCLUDED.value_sha256, state_sha256 = EXCLUDED.state_sha256,
                                       run_id = EXCLUDED.run_id, synced_at = clock_timestamp()`,
      [
        synced.map(({ key }) => key),
        synced.map(({ valueSha256 }) => valueSha256),
        synced.map(({ stateSha256 }) => stateSha256),
        runId ?? null,
      ],
    );
  }

  /** Notes what keys held that was overwritten. */
  async addPast(transaction: Queryable, values: readonly KeyValue[]): Promise<void> {
    await transaction.query(
      `INSERT INTO ${this.#schema}.version1_past (key, sha256) SELECT * FROM unnest($1::text[], $2::text[])
       ON CONFLICT DO NOTHING`,
      [values.map(({ key }) => key), values.map(({ sha256 }) => sha256)],
    );
  }

  /** The keys of those of the values that the keys held before, and not when both stores were last the same. */
  async pastAmong(database: Queryable, values: readonly KeyValue[]): Promise<Set<string>> {
    const rows = await database.query<{ key: string }>(
      `SELECT key FROM ${this.#schema}.version1_past
         JOIN unnest($1::text[], $2::text[]) AS wanted (key, sha256) USING (key, sha256)`,
      [values.map(({ key }) => key), values.map(({ sha256 }) => sha256)],
    );
    return new Set(rows.map(({ key }) => key));
  }

  /** Notes that the keys have to be written again, although what they stand for has not changed. */
  async restore(transaction: Queryable, keys: readonly string[]): Promise<void> {
    await transaction.query(
      // No text has the empty digest, so the writer finds a difference.
      `UPDATE ${this.#schema}.version1_keys SET state_sha256 = '' WHERE key = ANY ($1)`,
      [keys],
    );
    await this.touch(transaction, keys);
  }

  async clearPending(transaction: Queryable, keys: readonly string[]): Promise<void> {
    await transaction.query(`DELETE FROM ${this.#schema}.version1_pending WHERE key = ANY ($1)`, [keys]);
  }

  async clearAllPending(transaction: Queryable): Promise<void> {
    await transaction.query(`DELETE FROM ${this.#schema}.version1_pending`);
  }

  /** Those that wait the longest. */
  async pendingKeys(database: Queryable, limit: number): Promise<string[]> {
    const rows = await database.query<{ key: string }>(
      `SELECT key FROM ${this.#schema}.version1_pending ORDER BY touched_at LIMIT $1`,
      [limit],
    );
    return rows.map(({ key }) => key);
  }

  async countPending(database: Queryable): Promise<number> {
    const [row] = await database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${this.#schema}.version1_pending`,
    );
    return row?.count ?? 0;
  }
}

function stateOf(row: KeyRow): KeyState {
  return {
    valueSha256: row.value_sha256 ?? undefined,
    stateSha256: row.state_sha256 ?? undefined,
    runId: row.run_id ?? undefined,
    pendingSince: row.touched_at ?? undefined,
    isDeleted: row.is_deleted,
  };
}
