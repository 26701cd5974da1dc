/**
 * The phases of the move from version 1, in order.
 *
 * - `dual_write`: version 1's Redis is read before PostgreSQL; writes go to both.
 * - `pg_read`: PostgreSQL is read; writes still go to both.
 * - `complete`: version 1's Redis is not touched. Until that is confirmed, the keys that changed are noted down, so that
 *   the way back is open.
 */
export const phases = ['dual_write', 'pg_read', 'complete'] as const;
export type Phase = (typeof phases)[number];

export interface PhaseState {
  phase: Phase;
  /** Whether completion is confirmed: nothing is left of the move, and no cost of it. */
  confirmed: boolean;
  /** Whether there ever was a version 1 to move from. */
  migrates: boolean;
}

/** Whether writes go to version 1's Redis, too. */
export function writesVersion1(phase: Phase): boolean {
  return phase !== 'complete';
}

/** Negative if `one` comes before `other`. */
export function comparePhases(one: Phase, other: Phase): number {
  return phases.indexOf(one) - phases.indexOf(other);
}
