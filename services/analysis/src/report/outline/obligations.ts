import type { Obligation, Review } from '../../domain/analysis.ts';
import type { Section } from './outline.ts';
import { eachOnce, withoutRepeats } from './repeats.ts';
import { placeOf } from './wording.ts';

const columns = [
  { title: 'Who', percent: 16 },
  { title: 'What', percent: 52 },
  { title: 'When', percent: 22 },
  { title: 'Where', percent: 10 },
];

export function obligations({ obligations: found }: Review): Section {
  const once = eachOnce(withoutRepeats(found, haveSameParty));
  const rows = once.map((obligation) => [
    obligation.source === 'model' ? `${obligation.party} (language model)` : obligation.party,
    whatOf(obligation),
    whenOf(obligation),
    placeOf(obligation.spans),
  ]);
  return {
    topic: 'obligations',
    title: `Obligations (${once.length})`,
    blocks: rows.length === 0 ? [] : [{ kind: 'table', columns, rows }],
  };
}

/** Many duties say their condition themselves. */
function whatOf({ action, condition }: Obligation): string {
  return condition === undefined || action.includes(condition) ? action : `${action} (${condition})`;
}

function whenOf({ due = '', dueDate }: Obligation): string {
  if (dueDate === undefined) return due;
  return due === '' ? dueDate : `${dueDate}, ${due}`;
}

function haveSameParty(one: Obligation, other: Obligation): boolean {
  const [a, b] = [one.party.toLowerCase(), other.party.toLowerCase()];
  return a.includes(b) || b.includes(a);
}
