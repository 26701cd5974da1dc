import type { Hash } from '../merkle/hashing.ts';

/** What was done to a log. */
export type FaultKind =
  /** An entry is not what was signed. */
  | 'edited'
  /** Entries are missing between others. */
  | 'removed'
  /** An entry is there that was never signed. */
  | 'inserted'
  /** An entry is at a place that is not its own. */
  | 'reordered'
  /** Entries are missing at the end. */
  | 'cut_off'
  /** Entries are there that were signed, but not those that a head was taken of: the log went on from an older state. */
  | 'replaced'
  /** A head is in the log that was never signed. */
  | 'forged_head';

export interface Fault {
  kind: FaultKind;
  /** The first entry that is not as it was; where only a range can be told, the first of it. */
  sequence?: number;
  /** For people: a sentence. */
  message: string;
}

export interface Verdict {
  logId: string;
  /** The first entry that is not sealed away, or that an archive brought. */
  firstSequence: number;
  /** How many entries there are, sealed ones included; as far as was read if there is a fault. */
  size: number;
  /** Roots of the largest perfect subtrees over all of these, as `CompactRange` takes them. */
  peaks: readonly Hash[];
  /** Entries that were checked. */
  checked: number;
  /** Heads that the entries were compared with. */
  heads: number;
  /** Parts of entries that were erased, and declared so. */
  erased: number;
  /** The first fault; absent if there is none. */
  fault?: Fault;
}
