import type { Clause, Span } from '../analysis.ts';
import type { ClauseChange, ClauseChanges, PassageChange } from './analysis-diff.ts';
import { groupsOf } from './groups.ts';
import { pairByLikeness } from './pairing.ts';

/** Passages of one category that share less than this are one that went and one that came, not one that was reworded. */
const leastLikeness = 0.3;

/** Compares clauses category by category, and within each passage by passage. */
export function diffClauses(before: readonly Clause[], after: readonly Clause[]): ClauseChanges {
  const changes: ClauseChanges = { added: [], removed: [], changed: [], unchangedCount: 0 };
  const isPresent = ({ present }: Clause) => present;
  const keyOf = ({ source, category }: Clause) => `${source} ${category}`;
  for (const group of groupsOf(before.filter(isPresent), after.filter(isPresent), keyOf)) {
    const [old, now] = [merged(group.before), merged(group.after)];
    if (!old) changes.added.push(...group.after);
    else if (!now) changes.removed.push(...group.before);
    else {
      const change = changeBetween(old, now);
      if (change.passages.length > 0 || change.valueBefore !== change.valueAfter) changes.changed.push(change);
      else changes.unchangedCount += 1;
    }
  }
  return changes;
}

/** One clause of all that a result has under the same category. */
function merged(clauses: readonly Clause[]): Clause | undefined {
  const [first] = clauses;
  return first && { ...first, spans: clauses.flatMap(({ spans }) => spans) };
}

function changeBetween(before: Clause, after: Clause): ClauseChange {
  const { pairs, removed, added } = pairByLikeness(before.spans, after.spans, ({ quote }) => quote, leastLikeness);
  const reworded = pairs.filter(({ saysTheSame }) => !saysTheSame);
  const passages: PassageChange[] = [
    ...reworded.map(({ before: old, after: now, similarity }) => ({ before: old, after: now, similarity })),
    ...removed.map((span: Span) => ({ before: span })),
    ...added.map((span: Span) => ({ after: span })),
  ];
  return {
    category: before.category,
    source: before.source,
    ...(before.value === undefined ? {} : { valueBefore: before.value }),
    ...(after.value === undefined ? {} : { valueAfter: after.value }),
    passages,
    unchangedPassages: pairs.length - reworded.length,
  };
}
