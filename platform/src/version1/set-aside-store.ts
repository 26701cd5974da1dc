import type { Database, Queryable } from '../pg/database.ts';
import { sha256Of } from './digest.ts';
import type { KeyValue } from './ledger.ts';
import type { StoredValue } from './version1-redis.ts';

/** The reason of what would have fitted: version 1 wrote it, and a write of this version came before anybody saw it. */
export const overwritten = 'overwritten';

/** A value of version 1 that did not fit, without its bytes. */
export interface SetAsideEntry {
  key: string;
  redisType: string;
  /** Of the string, or of the dump of what is none. */
  sha256: string;
  sizeBytes: number;
  reason: string;
  expiresAt: Date | undefined;
  firstSeenAt: Date;
  lastSeenAt: Date;
}

export interface NewSetAsideEntry {
  value: StoredValue;
  reason: string;
}

interface SetAsideRow {
  key: string;
  redis_type: string;
  sha256: string;
  size_bytes: number;
  reason: string;
  expires_at: Date | null;
  first_seen_at: Date;
  last_seen_at: Date;
}

/** What of version 1 did not fit: every value that was seen, to the byte, for good. */
export class SetAsideStore {
  readonly #table: string;

  constructor(schema: string) {
    this.#table = `${schema}.version1_set_aside`;
  }

  async add(transaction: Queryable, entries: readonly NewSetAsideEntry[]): Promise<void> {
    await transaction.query(
      `INSERT INTO ${this.#table} (key, sha256, redis_type, value, reason, expires_at)
       SELECT key, sha256, redis_type, substring($4::bytea FROM start FOR size), reason, expires_at
         FROM unnest($1::text[], $2::text[], $3::text[], $5::int[], $6::int[], $7::text[], $8::timestamptz[])
           AS entry (key, sha256, redis_type, start, size, reason, expires_at)
       ON CONFLICT (md5(key), sha256) DO UPDATE SET reason = EXCLUDED.reason, expires_at = EXCLUDED.expires_at,
                                               last_seen_at = clock_timestamp()`,
      [
        entries.map(({ value }) => value.key),
        entries.map(({ value }) => sha256Of(value.bytes)),
        entries.map(({ value }) => value.type),
        // In one piece, which goes over as bytes: an array would go as text, which twice a large value is too long for.
        Buffer.concat(entries.map(({ value }) => value.bytes)),
        startsOf(entries),
        entries.map(({ value }) => value.bytes.length),
        entries.map(({ reason }) => reason),
        entries.map(({ value }) => value.expiresAt ?? null),
      ],
    );
  }

  /** The keys of those of the values that are here. */
  async among(database: Queryable, values: readonly KeyValue[]): Promise<Set<string>> {
    return new Set((await this.#find(database, values)).map(({ key }) => key));
  }

  /** The keys of those of the values that are here because they do not fit, and not just to be kept. */
  async unfitAmong(database: Queryable, values: readonly KeyValue[]): Promise<Set<string>> {
    const found = await this.#find(database, values);
    return new Set(found.filter(({ reason }) => reason !== overwritten).map(({ key }) => key));
  }

  #find(database: Queryable, values: readonly KeyValue[]): Promise<{ key: string; reason: string }[]> {
    return database.query<{ key: string; reason: string }>(
      `SELECT aside.key, aside.reason
         FROM unnest($1::text[], $2::text[]) AS wanted (key, sha256)
         JOIN ${this.#table} AS aside ON md5(aside.key) = md5(wanted.key) AND aside.sha256 = wanted.sha256`,
      [values.map(({ key }) => key), values.map(({ sha256 }) => sha256)],
    );
  }

  async count(database: Database): Promise<number> {
    const [row] = await database.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${this.#table}`);
    return row?.count ?? 0;
  }

  /** By key. */
  async list(
    database: Database,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<{ entries: SetAsideEntry[]; totalCount: number }> {
    const rows = await database.query<SetAsideRow>(
      `SELECT key, redis_type, sha256, length(value) AS size_bytes, reason, expires_at, first_seen_at, last_seen_at
         FROM ${this.#table} ORDER BY key, sha256 LIMIT $1 OFFSET $2`,
      [limit, offset],
    );
    return { entries: rows.map(entryOf), totalCount: await this.count(database) };
  }
}

/** Where each value begins in all of them together, counted from 1. */
function startsOf(entries: readonly NewSetAsideEntry[]): number[] {
  let start = 1;
  return entries.map(({ value }) => {
    const own = start;
    start += value.bytes.length;
    return own;
  });
}

function entryOf(row: SetAsideRow): SetAsideEntry {
  return {
    key: row.key,
    redisType: row.redis_type,
    sha256: row.sha256,
    sizeBytes: row.size_bytes,
    reason: row.reason,
    expiresAt: row.expires_at ?? undefined,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
  };
}
