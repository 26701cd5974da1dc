/** What a cache does that takes time: commands to Redis, and reads of PostgreSQL in their place. */
export const timedOperations = ['get', 'lease', 'load', 'fill'] as const;
export type TimedOperation = (typeof timedOperations)[number];

/** How long an operation took, over all times that it was done. */
export interface Latency {
  operation: TimedOperation;
  count: number;
  totalMs: number;
  maxMs: number;
}

/** What the cache did for one key family since the process started. */
export interface FamilyCounts {
  name: string;
  /** Reads that Redis served, a remembered not-found included. */
  hits: number;
  /** Reads that took PostgreSQL, or waited for another's read of it. */
  misses: number;
  /** Values stored in Redis. */
  fills: number;
  /** Values that were not stored, because a write or an eviction had taken the lease. */
  refusedFills: number;
  /** Fills that replaced a value which this code cannot read. */
  heals: number;
  /** Commands that Redis did not carry out, or not in time. */
  errors: number;
  latencies: Latency[];
}

export interface CacheStatistics {
  /** Whether Redis answers; `down` also while the connection is given up because it does not. `none`: not configured. */
  connection: 'up' | 'down' | 'none';
  /** Whether reads may believe Redis at this moment. */
  trusted: boolean;
  families: FamilyCounts[];
}

/** The counters of one key family. */
export class FamilyStatistics {
  readonly #name: string;
  readonly #latencies = new Map<TimedOperation, Latency>();
  hits = 0;
  misses = 0;
  fills = 0;
  refusedFills = 0;
  heals = 0;
  errors = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** Does the operation and remembers how long it took, whether it succeeds or not. */
  async time<T>(operation: TimedOperation, run: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await run();
    } finally {
      this.#record(operation, performance.now() - startedAt);
    }
  }

  snapshot(): FamilyCounts {
    const { hits, misses, fills, refusedFills, heals, errors } = this;
    const latencies = [...this.#latencies.values()].map((latency) => ({ ...latency }));
    return { name: this.#name, hits, misses, fills, refusedFills, heals, errors, latencies };
  }

  #record(operation: TimedOperation, ms: number): void {
    const latency = this.#latencies.get(operation) ?? { operation, count: 0, totalMs: 0, maxMs: 0 };
    latency.count += 1;
    latency.totalMs += ms;
    latency.maxMs = Math.max(latency.maxMs, ms);
    this.#latencies.set(operation, latency);
  }
}
