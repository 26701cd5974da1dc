import { excerptOf } from '@contract-reviewer/platform/text/excerpt';
import type { Clause, Review } from '../../domain/analysis.ts';
import type { Finding, Section } from './outline.ts';
import { passageCount, showPassages } from './passages.ts';
import { withoutRepeats } from './repeats.ts';
import { isMixed, scoreText, sourceNote } from './wording.ts';

const mostQuotes = 2;

export function foundClauses({ clauses }: Review): Section {
  const found = clauses.filter((clause) => clause.present);
  const present = withoutRepeats(found, (one, other) => one.category === other.category);
  const mixed = isMixed(found);
  return {
    topic: 'clauses',
    title: `Clauses found (${present.length})`,
    blocks: present.map((clause) => clauseFinding(clause, mixed)),
  };
}

function clauseFinding(clause: Clause, mixed: boolean): Finding {
  const { category, value, score, spans } = clause;
  return {
    kind: 'finding',
    title: value === undefined ? category : `${category}: ${excerptOf(value, 200)}`,
    note: [`score ${scoreText(score)}`, ...sourceNote(clause, mixed), ...passageCount(spans)].join(', '),
    ...showPassages(spans, mostQuotes),
  };
}

/**
 * What a contract of its kind usually has, and how it was looked for. Only what would be shown if it were there, or what a risk complains of: of
 * other topics (notices, survival) nobody could tell from the report that they were found.
 */
export function missingClauses({ missingClauses: all, clauses, risks }: Review): Section {
  const shown = new Set([
    ...clauses.map(({ category }) => category),
    ...risks.flatMap(({ searches = [] }) => searches.map(({ category }) => category)),
  ]);
  const missing = all.filter(({ category }) => shown.has(category));
  return {
    topic: 'missing',
    title: `Looked for and not found (${missing.length})`,
    blocks: missing.map(({ category, searched, nearest }) => ({
      kind: 'finding',
      title: category,
      lines: [
        { label: 'Searched for', text: searched.join(', ') },
        ...(nearest
          ? [{ label: 'Closest', text: `${excerptOf(nearest.quote, 200)} (score ${scoreText(nearest.score)})` }]
          : []),
      ],
      quotes: [],
    })),
  };
}
