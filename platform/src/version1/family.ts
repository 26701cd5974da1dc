import type { Queryable, Transaction } from '../pg/database.ts';

/** A string that version 1 holds under a key of a family. */
export interface Version1Entry {
  key: string;
  text: string;
}

/**
 * What became of an entry.
 *
 * - `imported`: PostgreSQL holds it.
 * - `unowned`: it has no owner and no default owner is known; it stays where it is.
 * - `deleted`: what it belongs to was deleted; it is never imported, and removed from version 1's Redis.
 * - `setAside`: it does not fit; the reason is a stable word, for example `not_json`. Its bytes are kept.
 */
export type ImportOutcome = 'imported' | 'unowned' | 'deleted' | { setAside: string };

export interface ImportContext {
  /** Who gets what has no owner. */
  defaultOwnerId: string | undefined;
  /** Stands in for times that version 1 did not note. */
  now: Date;
  /** Those of the keys whose things were deleted since dual writing began. */
  deletedAmong(keys: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Some of version 1's keys: those that match the pattern and are `owned`. */
export interface Version1Keys {
  /** What the kind of keys is called, for example `document`. */
  name: string;
  /** As SCAN's MATCH takes it, for example `document:*`. */
  pattern: string;
  /** Whether a key that matches belongs here; unless given, each does. */
  owns?(key: string): boolean;
}

/** A kind of keys that a service takes over from version 1. */
export interface Version1Family extends Version1Keys {
  /**
   * Writes what the entries say into the service's tables: rows that are missing are made, rows that are there are
   * changed. Stale cache entries are named to the transaction, as by any write. All that the families have to do is in
   * PostgreSQL when it resolves; what is not of the database must be safe to do again.
   *
   * Nobody else writes what these keys stand for meanwhile, neither natively nor from version 1, nor is any of them
   * deleted. If it throws what PostgreSQL answered to a statement, the entries are tried again, ever fewer at a time;
   * the one that fails alone is set aside.
   *
   * @returns what became of each entry, in the order of the entries
   */
  import(
    transaction: Transaction,
    entries: readonly Version1Entry[],
    context: ImportContext,
  ): Promise<readonly ImportOutcome[]>;

  /**
   * What version 1's keys would have to hold for what PostgreSQL holds now; keys that stand for nothing are left out.
   * Equal states give equal texts. Of what was imported it is the original with what was changed since; what version 1
   * knew nothing of, such as the progress of background work on it, has no part in it.
   */
  render(database: Queryable, keys: readonly string[]): Promise<ReadonlyMap<string, string>>;

  /** Keys, of this or another family, that have to be imported before the entry; unless given, none. */
  requires?(entry: Version1Entry): readonly string[];
}

/** Keys of another service that refer to things of this one, which have to exist. */
export interface Version1References extends Version1Keys {
  /** Keys, of this service's families, that the entry refers to. Those that are no ids do not count. */
  refersTo(entry: Version1Entry): readonly string[];

  /**
   * Makes stand-ins for what the keys refer to and what is not there.
   *
   * @returns what became of each, in the order of the keys
   */
  supply(
    transaction: Transaction,
    keys: readonly string[],
    context: ImportContext,
  ): Promise<readonly ('imported' | 'unowned')[]>;
}

type ParsedObject = { object: Record<string, unknown> } | { setAside: 'not_json' | 'not_an_object' };

/** Parses what should be a JSON object. @returns the object, or the reason for which the entry is to be set aside */
export function parseObject(text: string): ParsedObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { setAside: 'not_json' };
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? { object: value as Record<string, unknown> } : { setAside: 'not_an_object' };
}
