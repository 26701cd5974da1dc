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

/**
 * Reads what Redis holds under a key.
 *
 * @returns undefined for anything but an entry of this epoch and version: such a value is a miss, and the fill that
 *   follows heals it. `{ value: undefined }` says that the thing does not exist.
 */
export function decodeEntry<T>(text: string, epoch: number, codec: Codec<T>): { value: T | undefined } | undefined {
  try {
    const entry = JSON.parse(text) as Partial<Entry> | null;
    if (entry?.epoch !== epoch || entry.version !== codec.version) return undefined;
    return { value: entry.value === undefined ? undefined : codec.fromJson(entry.value) };
  } catch {
    return undefined;
  }
}
