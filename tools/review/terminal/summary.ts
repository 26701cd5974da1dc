import type { FinishedAnalysis, Summary } from '../analysis.ts';
import { bold, width, wrap } from './layout.ts';

const mostSums = 12;
/** What the sums that are simply paid are listed under. */
const ofPayments = 'Payment Terms';

/** What the contract is, who made it, what it costs, and the days that follow from it. */
export function renderSummary(name: string, analysis: FinishedAnalysis): string[] {
  const { summary } = analysis;
  return [
    '',
    bold('='.repeat(width)),
    bold(`${summary.document_type} - ${name}`),
    bold('='.repeat(width)),
    ...renderFacts(summary, sumsOf(analysis)),
    ...renderKeyDates(analysis),
  ];
}

function renderFacts(summary: Summary, sums: string): string[] {
  const facts: [string, string | undefined][] = [
    ['Parties', summary.parties.join('; ') || undefined],
    ['Agreement date', summary.agreement_date],
    ['Effective', summary.effective_date],
    ['Expires', summary.expiration_date],
    ['Term', summary.term],
    ['Renewal', summary.renewal],
    ['Notice period', summary.notice_period],
    ['Governing law', summary.governing_law],
    ['Sums', sums],
  ];
  return [
    ...facts.flatMap(([label, value]) => (value ? wrap(value, label.padEnd(16), 16) : [])),
    ...(summary.key_points.length > 0 ? ['', ...summary.key_points.flatMap((point) => wrap(point, '* ', 2))] : []),
  ];
}

/** Each sum once, with the clause that names it unless it is simply paid. */
function sumsOf({ monetary_terms }: FinishedAnalysis): string {
  const sums = new Set(
    monetary_terms.map(({ category, amount }) => (category === ofPayments ? amount : `${amount} (${category})`)),
  );
  const more = sums.size - mostSums;
  return [...[...sums].slice(0, mostSums), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** The days that are computed, and those of payments: the others are among the facts and the obligations. */
function renderKeyDates({ key_dates, obligations }: FinishedAnalysis): string[] {
  const duties = new Set(obligations.map(({ due_date, party, action }) => `${due_date} ${party}: ${action}`));
  const shown = key_dates.filter(
    ({ kind, date, title, arithmetic }) =>
      arithmetic !== undefined || (kind === 'obligation' && !duties.has(`${date} ${title}`)),
  );
  if (shown.length === 0) return [];
  return [
    '',
    ...shown.flatMap(({ date, title, arithmetic }) =>
      wrap(arithmetic === undefined ? title : `${title} (${arithmetic})`, `${date}  `, 12),
    ),
  ];
}
