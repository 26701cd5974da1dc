import type { Clause, MissingClause } from '../../../domain/analysis.ts';
import type { SpanBuilder, TextRange } from '../spans.ts';
import { type CuadCategory, cuadCategories, type Topic } from './categories.ts';
import { type Detection, type Detections, type Hit, scoreOf } from './detect.ts';
import type { Detector } from './detector.ts';
import { type ClauseValue, readValue } from './values.ts';

/** What the summary found of the categories that are not clauses: title, parties, dates. */
export type IdentityFindings = ReadonlyMap<CuadCategory, { ranges: TextRange[]; value?: string; score: number }>;

const mostSpans = 10;

/** The value of each clause that states one, from the first passage that does. */
export function readValues(detections: Detections, detectors: readonly Detector[]): Map<Topic, ClauseValue> {
  const values = new Map<Topic, ClauseValue>();
  for (const { topic, value: kind } of detectors) {
    if (!kind) continue;
    for (const { segment } of byWeight(detections.get(topic)?.hits ?? [])) {
      const value = readValue(kind, segment.text);
      if (!value) continue;
      values.set(topic, { ...value, segment });
      break;
    }
  }
  return values;
}

/** An answer for each of the 41 categories, in their fixed order. */
export function reportClauses(
  detections: Detections,
  values: ReadonlyMap<Topic, ClauseValue>,
  identity: IdentityFindings,
  spans: SpanBuilder,
): Clause[] {
  return cuadCategories.map((category): Clause => {
    const found = identity.get(category);
    if (found) {
      return {
        category,
        present: true,
        score: found.score,
        ...(found.value !== undefined && { value: found.value }),
        source: 'builtin',
        spans: found.ranges.slice(0, mostSpans).map((range) => spans.span(range)),
      };
    }
    const detection = detections.get(category);
    const best = detection && strongest(detection);
    if (!detection || !best)
      return {
        category,
        present: false,
        score: scoreOf(detection?.nearest?.weight ?? 0),
        source: 'builtin',
        spans: [],
      };
    const value = values.get(category)?.text;
    const quoted = byWeight(detection.hits)
      .slice(0, mostSpans)
      .sort((a, b) => a.segment.index - b.segment.index);
    return {
      category,
      present: true,
      score: scoreOf(best.weight),
      ...(value !== undefined && { value }),
      source: 'builtin',
      spans: quoted.map(({ segment }) => spans.span(segment)),
    };
  });
}

/** The heaviest first; equals in document order. */
function byWeight(hits: readonly Hit[]): Hit[] {
  return [...hits].sort((a, b) => b.weight - a.weight || a.segment.index - b.segment.index);
}

function strongest({ hits }: Detection): Hit | undefined {
  return byWeight(hits)[0];
}

const identitySearches: Partial<Record<Topic, readonly string[]>> = {
  Parties: ['the names of the parties in the opening, on a cover page and beside the signatures'],
  'Effective Date': ['a date from which the contract takes effect', 'effective as of, commencement date'],
  'Expiration Date': ['the length of the term', 'a date or event on which the contract ends'],
};

/**
 * What is missing: every topic that contracts of this type normally have (the type's list in `document-types.ts`) and that was
 * searched for and not found. A category that such contracts need not have is answered in `clauses` with `present: false` and
 * is not called missing.
 */
export function reportMissing(
  expected: readonly Topic[],
  detections: Detections,
  identity: IdentityFindings,
  detectors: readonly Detector[],
  spans: SpanBuilder,
): MissingClause[] {
  const found = (topic: Topic) => identity.has(topic as CuadCategory) || (detections.get(topic)?.hits.length ?? 0) > 0;
  return expected.filter((topic) => !found(topic)).map((topic) => searchOf(topic, detections, detectors, spans));
}

/** What was done to find a clause: what was looked for, and the passage that came closest. */
export function searchOf(
  topic: Topic,
  detections: Detections,
  detectors: readonly Detector[],
  spans: SpanBuilder,
): MissingClause {
  const nearest = detections.get(topic)?.nearest;
  const searched = detectors.find((detector) => detector.topic === topic)?.searched ?? identitySearches[topic] ?? [];
  return { category: topic, searched: [...searched], ...(nearest && { nearest: nearestPassage(nearest, spans) }) };
}

function nearestPassage({ segment, weight }: Hit, spans: SpanBuilder): NonNullable<MissingClause['nearest']> {
  const { start, end, quote } = spans.span(segment);
  return { start, end, quote, score: scoreOf(weight) };
}
