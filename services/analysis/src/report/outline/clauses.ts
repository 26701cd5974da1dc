import type { Clause, Review } from '../../domain/analysis.ts';
import type { Finding, Section } from './outline.ts';
import { isMixed, placeOf, quoteOf, scoreText, shortened, sourceNote } from './wording.ts';

const mostQuotes = 2;

export function foundClauses({ clauses }: Review): Section {
  const present = clauses.filter((clause) => clause.present);
  const mixed = isMixed(present);
  return {
    topic: 'clauses',
    title: `Clauses found (${present.length})`,
    blocks: present.map((clause) => clauseFinding(clause, mixed)),
  };
}

function clauseFinding(clause: Clause, mixed: boolean): Finding {
  const { category, value, score, spans } = clause;
  const more = spans.slice(mostQuotes);
  return {
    kind: 'finding',
    title: value === undefined ? category : `${category}: ${shortened(value, 200)}`,
    note: [`score ${scoreText(score)}`, ...sourceNote(clause, mixed)].join(', '),
    lines: more.length > 0 ? [{ label: 'Also', text: `${more.length} more passages, ${placeOf(more)}` }] : [],
    quotes: spans.slice(0, mostQuotes).map(quoteOf),
  };
}

/** What a contract of its kind usually has, and how it was looked for. */
export function missingClauses({ missingClauses: missing }: Review): Section {
  return {
    topic: 'missing',
    title: `Looked for and not found (${missing.length})`,
    blocks: missing.map(({ category, searched, nearest }) => ({
      kind: 'finding',
      title: category,
      lines: [
        { label: 'Searched for', text: searched.join(', ') },
        ...(nearest
          ? [{ label: 'Closest', text: `${shortened(nearest.quote, 200)} (score ${scoreText(nearest.score)})` }]
          : []),
      ],
      quotes: [],
    })),
  };
}
