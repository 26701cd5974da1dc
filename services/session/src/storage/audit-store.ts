import type { AuditEntry, ErasablePart } from '@contract-reviewer/platform/audit/audit-entry';
import type { Hash } from '@contract-reviewer/platform/merkle/hashing';
import type { AuditEvent, AuditFilter, RecordedEvent } from '../domain/audit-event.ts';

export interface AuditPage {
  events: RecordedEvent[];
  /** How many events match the filter, on all pages. */
  totalCount: number;
}

/** A Merkle tree over the first `size` entries, as `CompactRange` takes it. */
export interface AuditPrefix {
  size: number;
  peaks: readonly Hash[];
}

/** Where the log ends and where it begins. */
export interface AuditTree extends AuditPrefix {
  /** A UUID that is this log's alone. */
  logId: string;
  /** Entries that are in archives and not in the store any more. */
  sealed: AuditPrefix;
}

/** The place after an entry. */
export interface EntryCursor {
  sequence: number;
  eventId: string;
}

export interface EntryPage {
  entries: AuditEntry[];
  /** The tree at the moment of the page. */
  tree: AuditTree;
}

/** The audit log: an append-only Merkle tree. One writer at a time, on whatever replica. */
export interface AuditStore {
  /** Adds events in the given order, each signed; one whose id was ever added changes nothing. */
  append(events: readonly AuditEvent[]): Promise<void>;

  /** Matching events, the newest first. */
  list(filter: AuditFilter, page: { limit: number; offset: number }): Promise<AuditPage>;

  tree(): Promise<AuditTree>;

  /**
   * The entries after that place in their order, from the first one if there is no place; fewer than `limit` only at the
   * end. Page and tree are of the same moment. Entries are as they are stored, whatever somebody may have made of them.
   */
  entriesAfter(cursor: EntryCursor | undefined, limit: number): Promise<EntryPage>;

  /** The first entry that happened at or after that moment, or the size of the log if there is none. */
  firstSince(moment: Date): Promise<number>;

  /**
   * Removes the entries before `upTo.size`, and appends the event that says so, both or neither.
   *
   * @returns how many were removed; undefined, and nothing is done, if the sealed part ends there or later already, or
   *   if the log has fewer entries
   */
  seal(upTo: AuditPrefix, event: AuditEvent): Promise<number | undefined>;

  /**
   * Erases in up to `limit` entries what says that a user did it (the actor) or that it was done to them (the content),
   * and appends the event that lists them, both or neither.
   *
   * @param declare makes that event of the sequences of the entries, ascending
   * @returns how many parts were erased; 0 when there is nothing left to erase
   */
  erase(
    userId: string,
    limit: number,
    declare: (erased: Record<ErasablePart, readonly number[]>) => AuditEvent,
  ): Promise<number>;

  /** Takes over up to `limit` events that the release before this one has recorded. @returns how many */
  adoptEarlierEvents(limit: number): Promise<number>;
}
