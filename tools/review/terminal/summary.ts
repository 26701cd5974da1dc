import type { FinishedAnalysis, KeyDate, Summary } from '../analysis.ts';
import { bold, width, wrap } from './layout.ts';

/** What the contract is, who made it, and the days that follow from it. */
export function renderSummary(name: string, { summary, key_dates }: FinishedAnalysis): string[] {
  return [
    '',
    bold('='.repeat(width)),
    bold(`${summary.document_type} - ${name}`),
    bold('='.repeat(width)),
    ...renderFacts(summary),
    ...renderKeyDates(key_dates),
  ];
}

function renderFacts(summary: Summary): string[] {
  const facts: [string, string | undefined][] = [
    ['Parties', summary.parties.join('; ') || undefined],
    ['Agreement date', summary.agreement_date],
    ['Effective', summary.effective_date],
    ['Expires', summary.expiration_date],
    ['Term', summary.term],
    ['Renewal', summary.renewal],
    ['Notice period', summary.notice_period],
    ['Governing law', summary.governing_law],
  ];
  return [
    ...facts.flatMap(([label, value]) => (value ? wrap(value, label.padEnd(16), 16) : [])),
    ...(summary.key_points.length > 0 ? ['', ...summary.key_points.flatMap((point) => wrap(point, '* ', 2))] : []),
  ];
}

/** The computed days alone: those that the contract states are in the summary already. */
function renderKeyDates(keyDates: readonly KeyDate[]): string[] {
  const computed = keyDates.filter(({ arithmetic }) => arithmetic !== undefined);
  if (computed.length === 0) return [];
  return ['', ...computed.flatMap(({ date, title, arithmetic }) => wrap(`${title} (${arithmetic})`, `${date}  `, 12))];
}
