import { type Risk, riskLevels } from '../analysis.ts';
import type { RiskChanges } from './analysis-diff.ts';
import { groupsOf } from './groups.ts';
import { pairByLikeness } from './pairing.ts';

/**
 * A rule that strikes on both sides is the same risk, however its clause was rewritten; where it strikes several times,
 * the passages that are most alike belong together.
 */
export function diffRisks(before: readonly Risk[], after: readonly Risk[]): RiskChanges {
  const changes: RiskChanges = { added: [], removed: [], worsened: [], eased: [], reworded: [], unchangedCount: 0 };
  for (const group of groupsOf(before, after, ({ source, ruleId }) => `${source} ${ruleId}`)) {
    const { pairs, removed, added } = pairByLikeness(group.before, group.after, wordsOf, 0);
    changes.removed.push(...removed);
    changes.added.push(...added);
    for (const pair of pairs) {
      const rise = severityOf(pair.after) - severityOf(pair.before);
      const change = { before: pair.before, after: pair.after };
      if (rise > 0) changes.worsened.push(change);
      else if (rise < 0) changes.eased.push(change);
      else if (!pair.saysTheSame) changes.reworded.push(change);
      else changes.unchangedCount += 1;
    }
  }
  return changes;
}

/** A risk that something is missing has no passage, so nothing of it can be reworded. */
function wordsOf({ spans }: Risk): string {
  return spans.map(({ quote }) => quote).join('\n');
}

function severityOf({ level }: Risk): number {
  return riskLevels.length - riskLevels.indexOf(level);
}
