/** L: for how long a process may rely on what PostgreSQL's primary told it, in ms from when it asked. */
export const trustPeriodMs = 1000;

/**
 * How long to wait until nobody relies any more on what a committed row of PostgreSQL has refuted. The margin covers the
 * coarseness of timers and the drift between clocks, which are never compared.
 */
export const refutedAfterMs = trustPeriodMs + 50;
