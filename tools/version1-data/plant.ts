import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Version1Entry } from './entry.ts';

/** An entry that was planted, by its digest in place of its value. */
export interface PlantedEntry extends Omit<Version1Entry, 'value'> {
  /** SHA-256 of the value, in hexadecimal. */
  sha256: string;
}

const pipelineSize = 1000;

/**
 * Writes the entries into a Redis.
 *
 * @returns what was planted, entry by entry
 * @throws the first error that Redis answers
 */
export async function plant(redis: Redis, entries: Iterable<Version1Entry>): Promise<PlantedEntry[]> {
  const planted: PlantedEntry[] = [];
  for (const batch of batches(entries)) {
    const pipeline = redis.pipeline();
    for (const { value, ...entry } of batch) {
      if (entry.type === 'list') pipeline.rpush(entry.key, value);
      else pipeline.set(entry.key, value);
      if (entry.ttlMs !== undefined) pipeline.pexpire(entry.key, entry.ttlMs);
      planted.push({ ...entry, sha256: createHash('sha256').update(value).digest('hex') });
    }
    for (const [error] of (await pipeline.exec()) ?? []) {
      if (error) throw error;
    }
  }
  return planted;
}

function* batches<T>(items: Iterable<T>): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < pipelineSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
