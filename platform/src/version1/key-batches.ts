import { hasKey } from './families.ts';
import type { Version1Keys } from './family.ts';
import { type Version1Redis, Version1UnavailableError } from './version1-redis.ts';

/** As much of version 1's values as is in memory at a time; a single value may be larger. */
const maxBatchBytes = 8 * 1024 * 1024;

export interface ScannedKeys {
  /** What a scan goes on with after these keys; `0` when it has come to the end. */
  cursor: string;
  keys: string[];
}

/**
 * All keys of a kind, some at a time. A key may come twice if others come and go meanwhile.
 *
 * @throws {Version1UnavailableError} also if another Redis process answers before the end: it would skip keys
 */
export async function* scanKeys(redis: Version1Redis, kind: Version1Keys, from = '0'): AsyncGenerator<ScannedKeys> {
  const { runId } = redis;
  let cursor = from;
  do {
    const page = await redis.scan(kind.pattern, cursor);
    if (redis.runId !== runId) throw new Version1UnavailableError('another Redis process than at the beginning');
    cursor = page.cursor;
    yield { cursor, keys: page.keys.filter((key) => hasKey(kind, key)) };
  } while (cursor !== '0');
}

/** The same keys in batches whose values take at most 8 MiB. */
export async function* inBatches(redis: Version1Redis, keys: readonly string[]): AsyncGenerator<string[]> {
  const sizes = await redis.sizes(keys);
  let batch: string[] = [];
  let bytes = 0;
  for (const [index, key] of keys.entries()) {
    const size = sizes[index] ?? 0;
    if (batch.length > 0 && bytes + size > maxBatchBytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(key);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
