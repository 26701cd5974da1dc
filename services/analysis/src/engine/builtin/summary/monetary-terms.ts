import type { MonetaryTerm } from '../../../domain/analysis.ts';
import type { SupplementaryTopic, Topic } from '../clauses/categories.ts';
import type { ClauseValue } from '../clauses/values.ts';
import type { StatedSum } from '../expressions/stated-sums.ts';
import type { SpanBuilder } from '../spans.ts';
import type { Segment } from '../text/segmentation.ts';
import type { Payment } from './payments.ts';

/** What the sums that are simply paid are listed under. */
const ofPayments: SupplementaryTopic = 'Payment Terms';

interface Term {
  category: Topic;
  sum: StatedSum;
  segment: Segment;
}

/** The sums that clauses name (caps, minimum commitments, liquidated damages, insurance) and those that are paid; in the order of the document. */
export function monetaryTerms(
  values: ReadonlyMap<Topic, ClauseValue>,
  payments: readonly Payment[],
  spans: SpanBuilder,
): MonetaryTerm[] {
  const ofClauses = [...values].flatMap(([category, { amount: sum, segment }]): Term[] =>
    sum && segment ? [{ category, sum, segment }] : [],
  );
  const told = new Set(ofClauses.map(key));
  const paid = new Map(
    payments.flatMap(({ sum, segment }): [string, Term][] => {
      const term = sum && { category: ofPayments, sum, segment };
      return term && !told.has(key(term)) ? [[key(term), term]] : [];
    }),
  );
  return [...ofClauses, ...paid.values()]
    .sort((a, b) => a.segment.index - b.segment.index || a.sum.start - b.sum.start)
    .map(({ category, sum: { text, value, currency }, segment }) => ({
      category,
      amount: text,
      ...(currency && { currency }),
      ...(value !== undefined && { value }),
      spans: [spans.span(segment)],
    }));
}

/** A sum is named once where it stands, whatever it is. */
function key({ sum: { start }, segment }: Term): string {
  return `${segment.index}:${start}`;
}
