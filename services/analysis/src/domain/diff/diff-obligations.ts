import type { Obligation } from '../analysis.ts';
import type { ObligationChanges } from './analysis-diff.ts';
import { pairByLikeness } from './pairing.ts';

/** Duties have much of their wording in common ("shall promptly notify the other party"), so being one takes more. */
const leastLikeness = 0.5;

/** Compares who must do what by when. */
export function diffObligations(before: readonly Obligation[], after: readonly Obligation[]): ObligationChanges {
  const { pairs, removed, added } = pairByLikeness(before, after, wordsOf, leastLikeness);
  const changed = pairs.filter(({ saysTheSame }) => !saysTheSame);
  return {
    added,
    removed,
    changed: changed.map(({ before: old, after: now }) => ({ before: old, after: now })),
    unchangedCount: pairs.length - changed.length,
  };
}

function wordsOf({ party, action, due = '', condition = '' }: Obligation): string {
  return [party, action, due, condition].join('\n');
}
