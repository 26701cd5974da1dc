import type { Coverage, Review } from '../../domain/analysis.ts';
import type { ReviewInput, ReviewProgress } from '../engine.ts';
import { Actors } from './actors.ts';
import { affirmed } from './affirmed.ts';
import { completedBy } from './clauses/completed-detections.ts';
import { ClauseSearch } from './clauses/detect.ts';
import { detectors } from './clauses/detectors/index.ts';
import { readValues, reportClauses, reportMissing, searchOf } from './clauses/report.ts';
import { numericOrderOf } from './expressions/dates.ts';
import { legibilityOf } from './legibility.ts';
import { ClauseModel } from './network/clause-model.ts';
import { readShippedWeights } from './network/weights-file.ts';
import { DueDates } from './obligations/due-dates.ts';
import { findObligations } from './obligations/find-obligations.ts';
import { asReference, References } from './references/references.ts';
import { withReferences } from './references/report.ts';
import { resolveValues } from './references/resolve-values.ts';
import { bySeverity, RiskRules } from './risks/evaluate.ts';
import { hiddenTextRisks } from './risks/hidden-text.ts';
import type { Ruleset } from './risks/ruleset-schema.ts';
import { confidenceScore, scoreRisks } from './scores.ts';
import { SpanBuilder } from './spans.ts';
import { deadlinesOf } from './summary/deadlines.ts';
import { introducedParties } from './summary/introduced-parties.ts';
import { monetaryTerms } from './summary/monetary-terms.ts';
import { findPayments } from './summary/payments.ts';
import { identify, identityFindings, summarise } from './summary/summarise.ts';
import { unattachedAnnexes } from './text/annexes.ts';
import { chosenText } from './text/options.ts';
import { mostSegments, type Segment, segment } from './text/segmentation.ts';

/** A longer text is read up to here (UTF-16 code units, about 3,000 pages) and the rest reported as unread. */
export const mostChars = 10_000_000;

/** The tables and the model, made ready once per thread. */
let search: ClauseSearch | undefined;
let model: ClauseModel | undefined;
const compiledRules = new WeakMap<Ruleset, RiskRules>();

function rulesOf(ruleset: Ruleset): RiskRules {
  const rules = compiledRules.get(ruleset) ?? new RiskRules(ruleset);
  compiledRules.set(ruleset, rules);
  return rules;
}

/**
 * Reviews a document. Pure: the same input gives the same review.
 *
 * @param onProgress is told what is being done; the fraction never falls and ends at 1.
 * @param ruleset what counts as a risk, read and checked by whoever asks: no schema is loaded into the thread that reviews.
 */
export function review(input: ReviewInput, onProgress: (progress: ReviewProgress) => void, ruleset: Ruleset): Review {
  search ??= new ClauseSearch(detectors);
  model ??= new ClauseModel(readShippedWeights());
  const text = readable(input.text);
  const spans = new SpanBuilder(input.text, input.pages);

  onProgress({ stage: 'segmenting', fraction: 0 });
  const pages = input.pages.map(({ start, end }) => ({
    start: spans.codePoints.toUtf16(start),
    end: spans.codePoints.toUtf16(end),
  }));
  const all = segment(text, pages);
  const { segments, open: openOptions } = chosenText(all);

  onProgress({ stage: 'summary', fraction: 0.1 });
  const lower = text.toLowerCase();
  const legibility = legibilityOf(lower);
  const opened = identify(segments, lower, legibility);
  // The model has learned to weigh what the opening says, and no more.
  const named = identityFindings(opened);
  const identity = { ...opened, parties: [...opened.parties, ...introducedParties(opened.parties, segments)] };

  onProgress({ stage: 'clauses', fraction: 0.15 });
  const order = numericOrderOf(lower);
  const searched = search.run(segments, (done) => onProgress({ stage: 'clauses', fraction: 0.15 + 0.5 * done }));
  const findings = model.find({ text, segments, detections: searched, identity: named, order });
  const detections = completedBy(findings, searched);
  const references = new References(segments);
  const meant = affirmed(detections);
  const values = resolveValues(readValues(meant, detectors), meant, detectors, references);
  const clauses = withReferences(
    reportClauses(findings, values, identityFindings(identity), spans),
    detections,
    references,
    spans,
  );
  const missingClauses = reportMissing(identity.type.expects, detections, clauses, detectors, spans);

  onProgress({ stage: 'obligations', fraction: 0.8 });
  const actors = new Actors(identity.parties);
  const dueDates = new DueDates(identity.dates, references, order);
  const obligations = findObligations(segments, actors, dueDates, spans, (done) =>
    onProgress({ stage: 'obligations', fraction: 0.8 + 0.1 * done }),
  );

  const payments = findPayments(segments, order);

  onProgress({ stage: 'risks', fraction: 0.9 });
  const missing = new Set(
    identity.type.expects.filter((topic) => missingClauses.some(({ category }) => category === topic)),
  );
  const found = rulesOf(ruleset).evaluate(
    {
      segments: segments.filter(({ kind }) => kind === 'prose'),
      openOptions,
      unattachedAnnexes: unattachedAnnexes(segments),
      detections: meant,
      values,
      missing,
      actors,
      position: input.position ?? 'neutral',
      searchOf: (topic) => searchOf(topic, detections, detectors, spans),
      referencesOf: (each) => references.of(each).map((reference) => asReference(reference, spans)),
    },
    spans,
    (done) => onProgress({ stage: 'risks', fraction: 0.9 + 0.1 * done }),
  );

  const risks = [...found, ...hiddenTextRisks(text, spans)].sort(bySeverity);

  const coverage = coverageOf(input, segmentedPart(text, all), spans);
  onProgress({ stage: 'done', fraction: 1 });
  return {
    coverage,
    summary: summarise(segments, identity, meant, values),
    clauses,
    missingClauses,
    risks,
    obligations,
    keyDates: deadlinesOf({ dates: identity.dates, detections: meant, values, obligations, payments }, spans),
    monetaryTerms: monetaryTerms(values, payments, spans),
    ...scoreRisks(risks, ruleset.weights),
    confidenceScore: confidenceScore(clauses, coverage, { ...legibility, ...identity }),
    droppedFindings: 0,
  };
}

function readable(text: string): string {
  if (text.length <= mostChars) return text;
  const splitsPair = text.charCodeAt(mostChars) >= 0xdc00 && text.charCodeAt(mostChars) <= 0xdfff;
  return text.slice(0, splitsPair ? mostChars - 1 : mostChars);
}

function segmentedPart(text: string, segments: readonly Segment[]): string {
  return segments.length < mostSegments ? text : text.slice(0, segments.at(-1)?.end);
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
