import type { FinishedAnalysis, Obligation } from '../analysis.ts';
import { bold, dim, section, wrap } from './layout.ts';
import { place, shortened } from './passages.ts';
import { withoutRepeats } from './repeats.ts';
import { whoSays } from './who-says.ts';

const shownObligations = 15;

export function renderObligations({ obligations }: FinishedAnalysis): string[] {
  if (obligations.length === 0) return [];
  const once = eachOnce(withoutRepeats(obligations, haveSameParty));
  const sorted = once.toSorted((a, b) => rank(a) - rank(b) || (a.due_date ?? '').localeCompare(b.due_date ?? ''));
  const shown = sorted.slice(0, shownObligations);
  const more = sorted.length - shown.length;
  return [
    ...section(`Obligations (${once.length}), those with a date first`),
    ...shown.flatMap(renderObligation),
    ...(more > 0 ? [dim(`... and ${more} more; --json shows all`)] : []),
  ];
}

function renderObligation(obligation: Obligation): string[] {
  const { party, action, condition, spans } = obligation;
  const isStated = condition === undefined || includes(action, condition);
  const who = whoSays(obligation).map((note) => ` ${dim(`[${note}]`)}`);
  const where = spans.length > 0 ? ` (${place(spans.map(({ page }) => page))})` : '';
  const text = `${bold(party)}: ${shortened(action)}${isStated ? '' : ` (${shortened(condition)})`}`;
  return wrap(`${text}${dim(where)}${who.join('')}`, whenOf(obligation), 2);
}

/** The computed day, and the contract's own words for it unless the duty itself has them. */
function whenOf({ due, due_date, action }: Obligation): string {
  const words = due !== undefined && !includes(action, due) ? due : undefined;
  const when = [due_date, words].filter((part) => part !== undefined);
  if (when.length > 0) return `[${when.join(', ')}] `;
  return '- ';
}

/** Days before terms, terms before what is due at no time. */
function rank({ due, due_date }: Obligation): number {
  if (due_date !== undefined) return 0;
  return due === undefined ? 2 : 1;
}

/** A contract may say the same twice. */
function eachOnce(obligations: readonly Obligation[]): Obligation[] {
  const byDuty = new Map<string, Obligation>();
  for (const obligation of obligations) {
    const { party, action, due, condition, spans } = obligation;
    const duty = JSON.stringify([party, action, due, condition]);
    const first = byDuty.get(duty);
    byDuty.set(duty, first ? { ...first, spans: [...first.spans, ...spans] } : obligation);
  }
  return [...byDuty.values()];
}

function includes(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

function haveSameParty(one: Obligation, other: Obligation): boolean {
  const [a, b] = [one.party.toLowerCase(), other.party.toLowerCase()];
  return a.includes(b) || b.includes(a);
}
