import type { Sample } from './steady-load.ts';

/** What the reads of some time were like. */
export interface Phase {
  reads: number;
  p50: number;
  p99: number;
  max: number;
  /** Answers of the 5xx kind, and reads without an answer. */
  failures: number;
  /** The share that the caches served, in [0, 1]. */
  hits: number;
}

/** @param from and `to` in milliseconds since the load began */
export function phaseOf(samples: readonly Omit<Sample, 'request'>[], from: number, to: number): Phase {
  const own = samples.filter(({ at }) => at >= from && at < to);
  const sorted = own.map(({ ms }) => ms).toSorted((one, other) => one - other);
  const quantile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return {
    reads: own.length,
    p50: quantile(0.5),
    p99: quantile(0.99),
    max: sorted.at(-1) ?? 0,
    failures: own.filter(({ status }) => status === undefined || status >= 500).length,
    hits: own.length === 0 ? 0 : own.filter(({ isHit }) => isHit).length / own.length,
  };
}
