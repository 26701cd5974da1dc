import { crc32 } from 'node:zlib';

/** Turns a value into what an entry holds, and back. */
export interface Codec<T> {
  /** Part of every entry: entries that another version of the code wrote are misses, not surprises. */
  version: number;
  toJson(value: T): unknown;
  /**
   * What of the value readers pass on as it is. It stands behind the JSON, and reading the entry neither parses nor copies
   * it.
   */
  toBytes?(value: T): Buffer;
  /** @param bytes what `toBytes` made; empty without it @throws when it is not such a value */
  fromJson(json: unknown, bytes: Buffer): T;
}

interface Entry {
  epoch: number;
  version: number;
  /** Absent when the thing does not exist. */
  value?: unknown;
  /** Of the bytes behind the JSON, if there are any: nothing else would tell that some are missing. */
  crc32?: number;
}

export function encodeEntry<T>(value: T | undefined, epoch: number, codec: Codec<T>): Buffer {
  const entry: Entry = { epoch, version: codec.version };
  if (value === undefined) return Buffer.from(JSON.stringify(entry));
  entry.value = codec.toJson(value);
  if (!codec.toBytes) return Buffer.from(JSON.stringify(entry));
  const bytes = codec.toBytes(value);
  entry.crc32 = crc32(bytes);
  // JSON.stringify escapes line breaks, so the first one ends the JSON.
  return Buffer.concat([Buffer.from(`${JSON.stringify(entry)}\n`), bytes]);
}

/** All that an entry says of a value, to be compared with what another says. */
export interface Content {
  json: unknown;
  bytes: Buffer;
}

export function contentOf<T>(value: T, codec: Codec<T>): Content {
  return { json: codec.toJson(value), bytes: codec.toBytes?.(value) ?? noBytes };
}

const noBytes = Buffer.alloc(0);
const lineBreak = 0x0a;

/** What is stored under a key turns out to be this. */
export type EntryReading<T> =
  /**
   * An entry to rely on; `value` is undefined when the thing does not exist, and `content` is what `value` was read from,
   * as `contentOf` tells it.
   */
  | { kind: 'entry'; value: T | undefined; content: Content | undefined }
  /** Left from before Redis was last registered; nobody uses it, and it expires. */
  | { kind: 'other_epoch' }
  /** Of another version of the code. */
  | { kind: 'other_version' }
  /** Nothing that any version of the code wrote. */
  | { kind: 'undecodable' };

/** Reads what Redis holds under a key. All but an `entry` is a miss, and the fill that follows heals it. */
export function readEntry<T>(stored: Buffer, epoch: number, codec: Codec<T>): EntryReading<T> {
  try {
    const end = stored.indexOf(lineBreak);
    const entry = JSON.parse(stored.toString('utf8', 0, end < 0 ? stored.length : end)) as Partial<Entry> | null;
    if (typeof entry?.epoch !== 'number' || typeof entry.version !== 'number') return { kind: 'undecodable' };
    if (entry.epoch !== epoch) return { kind: 'other_epoch' };
    if (entry.version !== codec.version) return { kind: 'other_version' };
    if (entry.value === undefined) return { kind: 'entry', value: undefined, content: undefined };
    const bytes = end < 0 ? noBytes : stored.subarray(end + 1);
    if (codec.toBytes ? crc32(bytes) !== entry.crc32 : end >= 0) return { kind: 'undecodable' };
    return { kind: 'entry', value: codec.fromJson(entry.value, bytes), content: { json: entry.value, bytes } };
  } catch {
    return { kind: 'undecodable' };
  }
}
