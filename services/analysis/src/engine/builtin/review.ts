import type { Coverage, Review } from '../../domain/analysis.ts';
import type { ReviewInput, ReviewProgress } from '../engine.ts';
import { Actors } from './actors.ts';
import { ClauseSearch } from './clauses/detect.ts';
import { detectors } from './clauses/detectors/index.ts';
import { readValues, reportClauses, reportMissing } from './clauses/report.ts';
import { legibilityOf } from './legibility.ts';
import { findObligations } from './obligations.ts';
import { RiskRules } from './risks/evaluate.ts';
import { riskRules } from './risks/rules.ts';
import { confidenceScore, riskScore } from './scores.ts';
import { SpanBuilder } from './spans.ts';
import { identify, identityFindings, summarise } from './summary/summarise.ts';
import { segment } from './text/segmentation.ts';

/** A longer text is read up to here (UTF-16 code units, about 3,000 pages) and the rest reported as unread. */
export const mostChars = 10_000_000;

/** The tables, compiled once per thread. */
interface Ruleset {
  search: ClauseSearch;
  risks: RiskRules;
}

let compiled: Ruleset | undefined;

function ruleset(): Ruleset {
  compiled ??= { search: new ClauseSearch(detectors), risks: new RiskRules(riskRules) };
  return compiled;
}

/**
 * Reviews a document. Pure: the same input gives the same review.
 *
 * @param onProgress is told what is being done; the fraction never falls and ends at 1.
 */
export function review(input: ReviewInput, onProgress: (progress: ReviewProgress) => void): Review {
  const { search, risks: rules } = ruleset();
  const text = readable(input.text);
  const spans = new SpanBuilder(input.text, input.pages);

  onProgress({ stage: 'segmenting', fraction: 0 });
  const pages = input.pages.map(({ start, end }) => ({
    start: spans.codePoints.toUtf16(start),
    end: spans.codePoints.toUtf16(end),
  }));
  const segments = segment(text, pages);

  onProgress({ stage: 'summary', fraction: 0.1 });
  const lower = text.toLowerCase();
  const legibility = legibilityOf(lower);
  const identity = identify(segments, lower, legibility);
  const named = identityFindings(identity);

  onProgress({ stage: 'clauses', fraction: 0.15 });
  const detections = search.run(segments, (done) => onProgress({ stage: 'clauses', fraction: 0.15 + 0.65 * done }));
  const values = readValues(detections, detectors);
  const clauses = reportClauses(detections, values, named, spans);
  const missingClauses = reportMissing(identity.type.expects, detections, named, detectors, spans);

  onProgress({ stage: 'obligations', fraction: 0.8 });
  const actors = new Actors(identity.parties);
  const obligations = findObligations(segments, actors, spans);

  onProgress({ stage: 'risks', fraction: 0.9 });
  const missing = new Set(
    identity.type.expects.filter((topic) => missingClauses.some(({ category }) => category === topic)),
  );
  const risks = rules.evaluate(
    { segments: segments.filter(({ kind }) => kind === 'prose'), detections, values, missing, actors },
    spans,
  );

  const coverage = coverageOf(input, text, spans);
  onProgress({ stage: 'done', fraction: 1 });
  return {
    coverage,
    summary: summarise(segments, identity, detections, values),
    clauses,
    missingClauses,
    risks,
    obligations,
    riskScore: riskScore(risks),
    confidenceScore: confidenceScore(clauses, coverage, legibility),
    droppedFindings: 0,
  };
}

function readable(text: string): string {
  if (text.length <= mostChars) return text;
  const splitsPair = text.charCodeAt(mostChars) >= 0xdc00 && text.charCodeAt(mostChars) <= 0xdfff;
  return text.slice(0, splitsPair ? mostChars - 1 : mostChars);
}

/**
 * What was read. A page without any text counts as unread, with an empty range where its text would be: it may be blank,
 * or a picture of a page, and nobody here can tell.
 */
function coverageOf(input: ReviewInput, read: string, spans: SpanBuilder): Coverage {
  const { codePoints } = spans;
  const totalChars = codePoints.length;
  const readChars = codePoints.fromUtf16(read.length);
  const unread = input.pages
    .filter(({ start, end }) => input.text.slice(codePoints.toUtf16(start), codePoints.toUtf16(end)).trim() === '')
    .map(({ page, start, end }) => ({
      start,
      end,
      reason: `Page ${page} has no text; if it is a picture, what it says was not read.`,
    }));
  if (readChars < totalChars) {
    unread.push({ start: readChars, end: totalChars, reason: 'The text is longer than the engine reads.' });
  }
  return { totalChars, readChars, pages: input.pages.length, unread };
}
