import type { Clause, MissingClause } from '../../../domain/analysis.ts';
import type { ClauseFinding } from '../network/clause-finder.ts';
import type { SpanBuilder, TextRange } from '../spans.ts';
import type { CuadCategory, Topic } from './categories.ts';
import { type Detections, type Hit, scoreOf } from './detect.ts';
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
  findings: readonly ClauseFinding[],
  values: ReadonlyMap<Topic, ClauseValue>,
  identity: IdentityFindings,
  spans: SpanBuilder,
): Clause[] {
  return findings.map(({ category, present, score, quoted }): Clause => {
    const named = identity.get(category);
    const ranges = quoted.length > 0 ? withSource(quoted, named) : present ? (named?.ranges ?? []) : [];
    const value = named?.value ?? values.get(category)?.text;
    return {
      category,
      present: ranges.length > 0,
      score: roundedScore(score),
      ...(ranges.length > 0 && value !== undefined && { value }),
      source: 'builtin',
      spans: ranges
        .slice(0, mostSpans)
        .sort((a, b) => a.start - b.start)
        .map((range) => spans.span(range)),
    };
  });
}

/** What is quoted, and where the value stands that is told beside it. */
function withSource(
  quoted: readonly { range: TextRange }[],
  named: { ranges: TextRange[]; value?: string } | undefined,
): TextRange[] {
  const ranges = quoted.map(({ range }) => range);
  const sources = named?.value === undefined ? [] : named.ranges;
  const isQuoted = sources.some((source) => ranges.some(({ start, end }) => source.start < end && start < source.end));
  return isQuoted ? ranges : [...ranges, ...sources];
}

const highestScore = 0.999;

function roundedScore(score: number): number {
  return Math.min(highestScore, Math.round(score * 1000) / 1000);
}

/** The heaviest first; equals in document order. */
function byWeight(hits: readonly Hit[]): Hit[] {
  return [...hits].sort((a, b) => b.weight - a.weight || a.segment.index - b.segment.index);
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
  clauses: readonly Clause[],
  detectors: readonly Detector[],
  spans: SpanBuilder,
): MissingClause[] {
  const present = new Set(clauses.filter((clause) => clause.present).map(({ category }) => category));
  const found = (topic: Topic) => present.has(topic) || (detections.get(topic)?.hits.length ?? 0) > 0;
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
