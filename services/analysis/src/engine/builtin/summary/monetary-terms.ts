import type { MonetaryTerm } from '../../../domain/analysis.ts';
import type { Topic } from '../clauses/categories.ts';
import type { ClauseValue } from '../clauses/values.ts';
import type { SpanBuilder } from '../spans.ts';

/** The sums that clauses name: caps, minimum commitments, liquidated damages, insurance; in the order of the document. */
export function monetaryTerms(values: ReadonlyMap<Topic, ClauseValue>, spans: SpanBuilder): MonetaryTerm[] {
  return [...values]
    .flatMap(([category, { amount, segment }]) => (amount && segment ? [{ category, amount, segment }] : []))
    .sort((a, b) => a.segment.index - b.segment.index)
    .map(({ category, amount: { text, value, currency }, segment }) => ({
      category,
      amount: text,
      ...(currency && { currency }),
      value,
      spans: [spans.span(segment)],
    }));
}
