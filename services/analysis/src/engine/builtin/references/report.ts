import type { Clause } from '../../../domain/analysis.ts';
import type { Topic } from '../clauses/categories.ts';
import type { Detections } from '../clauses/detect.ts';
import type { SpanBuilder } from '../spans.ts';
import { asReference, type References } from './references.ts';

/** References named with one clause, at most. */
const mostReferences = 5;

/** The clauses, each with what the passages that are quoted of it refer to. */
export function withReferences(
  clauses: readonly Clause[],
  detections: Detections,
  references: References,
  spans: SpanBuilder,
): Clause[] {
  return clauses.map((clause) => {
    const hits = (detections.get(clause.category as Topic)?.hits ?? [])
      .toSorted((a, b) => b.weight - a.weight)
      .slice(0, clause.spans.length);
    const resolved = new Map(
      hits.flatMap(({ segment }) => references.of(segment)).map((reference) => [reference.label, reference]),
    );
    if (resolved.size === 0) return clause;
    const named = [...resolved.values()].slice(0, mostReferences).map((reference) => asReference(reference, spans));
    return { ...clause, references: named };
  });
}
