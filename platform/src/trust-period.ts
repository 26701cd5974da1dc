import type { MonotonicMs } from './clock.ts';

/** L: for how long a process may rely on what PostgreSQL's primary told it, in ms from when it asked. */
export const trustPeriodMs = 1000;

/**
 * How long to wait until nobody relies any more on what a committed row of PostgreSQL has refuted. The margin covers the
 * coarseness of timers and the drift between clocks, which are never compared.
 */
export const refutedAfterMs = trustPeriodMs + 50;

/** What was read, and until when it may be relied upon by those who did not ask for it themselves. */
export interface Leased<T> {
  value: T;
  until: MonotonicMs;
}

/** @param askedAt when PostgreSQL's primary was asked */
export function leasedFrom<T>(askedAt: MonotonicMs, value: T): Leased<T> {
  return { value, until: (askedAt + trustPeriodMs) as MonotonicMs };
}
