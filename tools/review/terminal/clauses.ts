import type { Clause, FinishedAnalysis } from '../analysis.ts';
import { bold, dim, section, wrap } from './layout.ts';
import { passageCount, passageLines, shortened } from './passages.ts';
import { withoutRepeats } from './repeats.ts';
import { whoSays } from './who-says.ts';

const shownQuotes = 2;
const longestValue = 200;

export function renderClauses({ clauses }: FinishedAnalysis): string[] {
  const present = withoutRepeats(
    clauses.filter((clause) => clause.present),
    (one, other) => one.category === other.category,
  );
  return [...section(`Clauses found (${present.length})`), ...present.flatMap(renderClause)];
}

function renderClause(clause: Clause): string[] {
  const { category, value, score, spans } = clause;
  const note = [`score ${score.toFixed(2)}`, ...whoSays(clause), ...passageCount(spans)].join(', ');
  const title = wrap(value ? `${category}: ${shortened(value, longestValue)}` : category, '', 2)
    .map(bold)
    .join('\n');
  return [`${title}  ${dim(`[${note}]`)}`, ...passageLines(spans, shownQuotes, 2)];
}

/** What is usual and not there, if it is shown where it is there or if a risk complains of it. */
export function renderMissing({ missing_clauses, clauses, risks, summary }: FinishedAnalysis): string[] {
  const shown = new Set([
    ...clauses.map(({ category }) => category),
    ...risks.flatMap(({ searches }) => searches.map(({ category }) => category)),
  ]);
  const missing = missing_clauses.map(({ category }) => category).filter((category) => shown.has(category));
  return [
    ...section(`Looked for and not found (${missing.length})`),
    ...wrap(
      missing.join(', ') || `Everything that matters in a document of this kind is there: ${summary.document_type}.`,
      '',
      0,
    ),
  ];
}
