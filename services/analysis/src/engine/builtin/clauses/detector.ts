import type { Topic } from './categories.ts';
import type { Phrase } from './phrase.ts';

/** What a found clause's `value` is read from. */
export type ValueKind = 'duration' | 'notice' | 'amount' | 'cap' | 'percentage' | 'governing-law';

/**
 * How one kind of clause is recognised, as data.
 *
 * A segment is weighed by the phrases it contains: a `conclusive` one counts 1, each group of `supporting` ones .5,
 * a matching heading (of the section or its part) .5, and each group `against` -.5, however many phrases of the group occur. A segment that reaches
 * 1 is the clause. A phrase among the `vetoes` rules the segment out.
 */
export interface Detector {
  topic: Topic;
  /** What was looked for, in words that a reader of `missing_clauses` understands. */
  searched: readonly string[];
  conclusive?: readonly Phrase[];
  supporting?: readonly (readonly Phrase[])[];
  headings?: readonly Phrase[];
  against?: readonly (readonly Phrase[])[];
  vetoes?: readonly Phrase[];
  /** Only counts in, or within `reach` segments after, a segment that was found to be one of these. */
  beside?: { topics: readonly Topic[]; reach: number };
  value?: ValueKind;
}
