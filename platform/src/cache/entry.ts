import { crc32 } from 'node:zlib';

/** Turns a value into what an entry holds, and back. */
export interface Codec<T> {
  /** Part of every entry: entries that another version of the code wrote are misses, not surprises. */
  version: number;
  toJson(value: T): unknown;
  /**
   * What of the value is text that readers pass on as it is. It stands behind the JSON, and reading the entry neither
   * parses nor copies it.
   */
  toText?(value: T): string;
  /** @param text what `toText` made; empty without it @throws when it is not such a value */
  fromJson(json: unknown, text: string): T;
}

interface Entry {
  epoch: number;
  version: number;
  /** Absent when the thing does not exist. */
  value?: unknown;
  /** Of the text, if there is one: nothing else would tell that some of it is missing. */
  crc32?: number;
}

export function encodeEntry<T>(value: T | undefined, epoch: number, codec: Codec<T>): string {
  const entry: Entry = { epoch, version: codec.version };
  if (value === undefined) return JSON.stringify(entry);
  entry.value = codec.toJson(value);
  if (!codec.toText) return JSON.stringify(entry);
  const text = codec.toText(value);
  entry.crc32 = crc32(text);
  // JSON.stringify escapes line breaks, so the first one ends the JSON.
  return `${JSON.stringify(entry)}\n${text}`;
}

/** All that an entry says of a value, to be compared with what another says. */
export function contentOf<T>(value: T, codec: Codec<T>): unknown {
  return codec.toText ? [codec.toJson(value), codec.toText(value)] : codec.toJson(value);
}

/** What the text under a key turns out to be. */
export type EntryReading<T> =
  /**
   * An entry to rely on; `value` is undefined when the thing does not exist, and `content` is what `value` was read from,
   * as `contentOf` tells it.
   */
  | { kind: 'entry'; value: T | undefined; content: unknown }
  /** Left from before Redis was last registered; nobody uses it, and it expires. */
  | { kind: 'other_epoch' }
  /** Of another version of the code. */
  | { kind: 'other_version' }
  /** Nothing that any version of the code wrote. */
  | { kind: 'undecodable' };

/** Reads what Redis holds under a key. All but an `entry` is a miss, and the fill that follows heals it. */
export function readEntry<T>(stored: string, epoch: number, codec: Codec<T>): EntryReading<T> {
  try {
    const end = stored.indexOf('\n');
    const entry = JSON.parse(end < 0 ? stored : stored.slice(0, end)) as Partial<Entry> | null;
    if (typeof entry?.epoch !== 'number' || typeof entry.version !== 'number') return { kind: 'undecodable' };
    if (entry.epoch !== epoch) return { kind: 'other_epoch' };
    if (entry.version !== codec.version) return { kind: 'other_version' };
    if (entry.value === undefined) return { kind: 'entry', value: undefined, content: undefined };
    const text = end < 0 ? '' : stored.slice(end + 1);
    if (codec.toText ? crc32(text) !== entry.crc32 : end >= 0) return { kind: 'undecodable' };
    const content = codec.toText ? [entry.value, text] : entry.value;
    return { kind: 'entry', value: codec.fromJson(entry.value, text), content };
  } catch {
    return { kind: 'undecodable' };
  }
}
