import { cuadCategories } from '../src/engine/builtin/clauses/categories.ts';
import type { ContractAnswers } from './answers.ts';
import { allColumns, clauseColumns, f1Of, passageMeasures, presenceMeasures, tallyPresence } from './measures.ts';

/** The measures of a set of answers as text: over all categories, over the 36 clauses, and a Markdown table of each category. */
export function reportMeasures(answered: readonly ContractAnswers[]): string {
  const lines = [
    `${answered.length} contracts`,
    summaryOf('41 categories', answered, allColumns),
    summaryOf('36 clauses', answered, clauseColumns),
    '',
    '| category | contracts | precision | recall | F1 | present is right | absent is right |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
  ];
  for (const column of allColumns) {
    const tally = tallyPresence(answered, column);
    const { right, wrong, missed, rightlyAbsent } = tally;
    const cells = [
      right + missed,
      share(right, right + wrong),
      share(right, right + missed),
      f1Of(tally).toFixed(3),
      share(right + 1, right + wrong + 2),
      share(rightlyAbsent + 1, rightlyAbsent + missed + 2),
    ];
    lines.push(`| ${cuadCategories[column] ?? ''} | ${cells.join(' | ')} |`);
  }
  return lines.join('\n');
}

function summaryOf(name: string, answered: readonly ContractAnswers[], columns: readonly number[]): string {
  const { microF1, macroF1 } = presenceMeasures(answered, columns);
  const { aupr, precisionAt80Recall, mostRecall } = passageMeasures(answered, columns);
  return [
    `${name}: presence F1 micro ${microF1.toFixed(4)}, macro ${macroF1.toFixed(4)}`,
    `passages AUPR ${aupr.toFixed(4)}, precision at 80 % recall ${precisionAt80Recall.toFixed(4)}, most recall ${mostRecall.toFixed(3)}`,
  ].join('; ');
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : (part / whole).toFixed(2);
}
