import type { Review } from '../../domain/analysis.ts';
import type { Section } from './outline.ts';
import { placeOf } from './wording.ts';

const columns = [
  { title: 'Clause', percent: 50 },
  { title: 'Amount', percent: 38 },
  { title: 'Where', percent: 12 },
];

export function monetaryTerms({ monetaryTerms: terms = [] }: Review): Section {
  const rows = terms.map(({ category, amount, spans }) => [category, amount, placeOf(spans)]);
  return {
    topic: 'money',
    title: 'Sums of money',
    blocks: rows.length === 0 ? [] : [{ kind: 'table', columns, rows }],
  };
}
