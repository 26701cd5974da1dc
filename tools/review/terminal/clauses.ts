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

export function renderMissing({ missing_clauses, summary }: FinishedAnalysis): string[] {
  const missing = missing_clauses.map(({ category }) => category).join(', ');
  return [
    ...section(`Looked for and not found (${missing_clauses.length})`),
    ...wrap(
      missing || `Everything that is usual in a document of this kind is there: ${summary.document_type}.`,
      '',
      0,
    ),
  ];
}
