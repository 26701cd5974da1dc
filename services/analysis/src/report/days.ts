import type { KeyDate, Review } from '../domain/analysis.ts';

/** The days that a contract sets, the earliest first. Reviews from before they were stored have two in their summary. */
export function daysOf(review: Review): KeyDate[] {
  return [...(review.keyDates ?? summaryDays(review))].sort((a, b) => (a.date < b.date ? -1 : Number(a.date > b.date)));
}

function summaryDays({ summary, clauses }: Review): KeyDate[] {
  const spansOf = (category: string) => clauses.find((clause) => clause.category === category)?.spans ?? [];
  const { effectiveDate, expirationDate } = summary;
  const effective: KeyDate[] = effectiveDate
    ? [{ kind: 'effective', date: effectiveDate, title: 'Contract takes effect', spans: spansOf('Effective Date') }]
    : [];
  const expiration: KeyDate[] = expirationDate
    ? [{ kind: 'expiration', date: expirationDate, title: 'Contract expires', spans: spansOf('Expiration Date') }]
    : [];
  return [...effective, ...expiration];
}
