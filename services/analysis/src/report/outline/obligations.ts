import type { Obligation, Review } from '../../domain/analysis.ts';
import type { Section } from './outline.ts';
import { longDate, placeOf } from './wording.ts';

const columns = [
  { title: 'Who', percent: 16 },
  { title: 'What', percent: 52 },
  { title: 'When', percent: 22 },
  { title: 'Where', percent: 10 },
];

export function obligations({ obligations: found }: Review): Section {
  const rows = found.map((obligation) => [
    obligation.source === 'model' ? `${obligation.party} (language model)` : obligation.party,
    obligation.condition === undefined ? obligation.action : `${obligation.action} (${obligation.condition})`,
    whenOf(obligation),
    placeOf(obligation.spans),
  ]);
  return {
    topic: 'obligations',
    title: `Obligations (${found.length})`,
    blocks: rows.length === 0 ? [] : [{ kind: 'table', columns, rows }],
  };
}

function whenOf({ due = '', dueDate }: Obligation): string {
  if (dueDate === undefined) return due;
  return due === '' ? longDate(dueDate) : `${due}: ${longDate(dueDate)}`;
}
