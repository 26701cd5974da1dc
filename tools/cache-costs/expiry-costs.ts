import { setTimeout as sleep } from 'node:timers/promises';
import type { Cache } from '@contract-reviewer/platform/cache/coherent-cache';
import type { FaultySystem } from '../faults/system/faulty-system.ts';
import { benchKey, newReview, type OpenCache, openCache, type Review } from './open-cache.ts';

export interface ExpiryCost {
  /** Reads a second, over both replicas. */
  rate: number;
  early: boolean;
  /** Reads of PostgreSQL per lifetime of the entry. */
  loads: number;
  /** Reads per lifetime that waited for PostgreSQL. */
  waited: number;
}

const ttlMs = 1000;
const lifetimes = 15;
/** Of a read of PostgreSQL. */
const loadMs = 5;

/**
 * What a hot key costs when it expires on two replicas, with and without early refresh: XFetch with beta = 1 (Vattani,
 * Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", VLDB 2015).
 */
export async function measureExpiry(system: FaultySystem): Promise<ExpiryCost[]> {
  await using one = await openCache(system);
  await using other = await openCache(system);
  const costs: ExpiryCost[] = [];
  for (const rate of [10, 100, 1000]) {
    for (const early of [false, true]) costs.push(await measure([one, other], rate, early));
  }
  return costs;
}

async function measure(replicas: readonly OpenCache[], rate: number, early: boolean): Promise<ExpiryCost> {
  const entry = new HotEntry(benchKey(`expiry-${rate}-${early}`));
  const readers = replicas.map((replica) => entry.readerOn(replica.family(ttlMs), early));
  const beganAt = performance.now();
  const reads: Promise<unknown>[] = [];
  for (let number = 0; performance.now() - beganAt < lifetimes * ttlMs; number += 1) {
    const ahead = beganAt + (number * 1000) / rate - performance.now();
    if (ahead > 1) await sleep(ahead);
    reads.push(readers[number % readers.length]?.() as Promise<unknown>);
  }
  await Promise.all(reads);
  const misses = replicas.flatMap(({ cache }) => cache.statistics().families.map((family) => family.misses));
  const waited = misses.reduce((sum, count) => sum + count, 0);
  return { rate, early, loads: entry.loads / lifetimes, waited: waited / lifetimes };
}

class HotEntry {
  loads = 0;
  readonly #key: string;
  readonly #review: Review;
  /** An implementation would have it in the entry. */
  #expiresAt = Infinity;

  constructor(key: string) {
    this.#key = key;
    this.#review = newReview(key);
  }

  /** Reads it on one replica, and refreshes it early if told so. */
  readerOn(cache: Cache<Review>, early: boolean): () => Promise<unknown> {
    let isRefreshing = false;
    return () => {
      const isDue = performance.now() - loadMs * Math.log(Math.random()) >= this.#expiresAt;
      if (early && isDue && !isRefreshing) {
        isRefreshing = true;
        cache.refill(this.#key, () => this.#load().finally(() => (isRefreshing = false)));
      }
      return cache.read(this.#key, () => this.#load());
    };
  }

  async #load(): Promise<Review> {
    this.loads += 1;
    await sleep(loadMs);
    // The jitter of lifetimes makes them a few percent shorter.
    this.#expiresAt = performance.now() + 0.95 * ttlMs;
    return this.#review;
  }
}
