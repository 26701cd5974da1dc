import type { Review } from '../../domain/analysis.ts';
import { daysOf } from '../days.ts';
import type { Section } from './outline.ts';
import { placeOf } from './wording.ts';

const columns = [
  { title: 'Date', percent: 20 },
  { title: 'What', percent: 32 },
  { title: 'How it follows', percent: 36 },
  { title: 'Where', percent: 12 },
];

export function keyDates(review: Review): Section {
  const rows = daysOf(review).map(({ date, title, arithmetic, spans }) => [
    date,
    title,
    arithmetic ?? 'as the contract says',
    placeOf(spans),
  ]);
  return { topic: 'dates', title: 'Dates', blocks: rows.length === 0 ? [] : [{ kind: 'table', columns, rows }] };
}
