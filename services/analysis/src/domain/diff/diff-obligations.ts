import type { Obligation } from '../analysis.ts';
import type { ObligationChanges } from './analysis-diff.ts';
import { groupsOf } from './groups.ts';
import { pairByLikeness } from './pairing.ts';

/** Duties have much of their wording in common ("shall promptly notify the other party"), so being one takes more. */
const leastLikeness = 0.5;

/** Compares who must do what by when, as the same kind of engine found it on both sides. */
export function diffObligations(before: readonly Obligation[], after: readonly Obligation[]): ObligationChanges {
  const changes: ObligationChanges = { added: [], removed: [], changed: [], unchangedCount: 0 };
  for (const group of groupsOf(before, after, ({ source = 'builtin' }) => source)) {
    const { pairs, removed, added } = pairByLikeness(group.before, group.after, wordsOf, leastLikeness);
    const changed = pairs.filter(({ saysTheSame }) => !saysTheSame);
    changes.added.push(...added);
    changes.removed.push(...removed);
    changes.changed.push(...changed.map(({ before: old, after: now }) => ({ before: old, after: now })));
    changes.unchangedCount += pairs.length - changed.length;
  }
  return changes;
}

function wordsOf({ party, action, due = '', condition = '' }: Obligation): string {
  return [party, action, due, condition].join('\n');
}
