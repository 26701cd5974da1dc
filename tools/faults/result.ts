import type { Violation } from './checker.ts';
import type { Operation } from './history.ts';
import type { Mechanism } from './mechanisms.ts';
import type { Fault } from './nemesis/nemesis.ts';

/** What a run brought to light. */
export interface Result {
  seed: number;
  without: Mechanism | undefined;
  /** From the first operation to the end of the last fault. */
  seconds: number;
  operations: readonly Operation[];
  faults: readonly Fault[];
  /** Processes that ended though nobody had killed them, with the ends of their logs. */
  unexpectedEnds: readonly string[];
  violations: readonly Violation[];
}
