import type { Queryable } from '../pg/database.ts';

/** What is known of one of version 1's keys. */
export interface KeyState {
  /** Of what version 1 held when both stores were last known to be the same. */
  valueSha256: string | undefined;
  /** Of what this version would have written then. */
  stateSha256: string | undefined;
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

interface KeyRow {
  key: string;
  value_sha256: string | null;
  state_sha256: string | null;
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
      `SELECT key, value_sha256, state_sha256, touched_at, deleted_at IS NOT NULL AS is_deleted
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

  async markSynced(transaction: Queryable, synced: readonly SyncedKey[]): Promise<void> {
    await transaction.query(
      `INSERT INTO ${this.#schema}.version1_keys (key, value_sha256, state_sha256)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
       ON CONFLICT (key) DO UPDATE SET value_sha256 = EXCLUDED.value_sha256, state_sha256 = EXCLUDED.state_sha256,
                                       synced_at = clock_timestamp()`,
      [
        synced.map(({ key }) => key),
        synced.map(({ valueSha256 }) => valueSha256),
        synced.map(({ stateSha256 }) => stateSha256),
      ],
    );
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
    pendingSince: row.touched_at ?? undefined,
    isDeleted: row.is_deleted,
  };
}
