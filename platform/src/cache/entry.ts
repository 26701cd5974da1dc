/** Turns a value into JSON and back. */
export interface Codec<T> {
  /** Part of every entry: entries that another version of the code wrote are misses, not surprises. */
  version: number;
  toJson(value: T): unknown;
  /** @throws when the JSON is not such a value */
  fromJson(json: unknown): T;
}

interface Entry {
  epoch: number;
  version: number;
  /** Absent when the thing does not exist. */
  value?: unknown;
}

export function encodeEntry<T>(value: T | undefined, epoch: number, codec: Codec<T>): string {
  const entry: Entry = { epoch, version: codec.version };
  if (value !== undefined) entry.value = codec.toJson(value);
  return JSON.stringify(entry);
}

/** What the text under a key turns out to be. */
export type EntryReading<T> =
  /** An entry to rely on; `value` is undefined when the thing does not exist, and `json` is what `value` was read from. */
  | { kind: 'entry'; value: T | undefined; json: unknown }
  /** Left from before Redis was last registered; nobody uses it, and it expires. */
  | { kind: 'other_epoch' }
  /** Of another version of the code. */
  | { kind: 'other_version' }
  /** Nothing that any version of the code wrote. */
  | { kind: 'undecodable' };

/** Reads what Redis holds under a key. All but an `entry` is a miss, and the fill that follows heals it. */
export function readEntry<T>(text: string, epoch: number, codec: Codec<T>): EntryReading<T> {
  try {
    const entry = JSON.parse(text) as Partial<Entry> | null;
    if (typeof entry?.epoch !== 'number' || typeof entry.version !== 'number') return { kind: 'undecodable' };
    if (entry.epoch !== epoch) return { kind: 'other_epoch' };
    if (entry.version !== codec.version) return { kind: 'other_version' };
    const value = entry.value === undefined ? undefined : codec.fromJson(entry.value);
    return { kind: 'entry', value, json: entry.value };
  } catch {
    return { kind: 'undecodable' };
  }
}
