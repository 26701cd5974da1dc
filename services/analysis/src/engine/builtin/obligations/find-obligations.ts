import { excerptOf } from '@contract-reviewer/platform/text/excerpt';
import type { Obligation } from '../../../domain/analysis.ts';
import type { Actors } from '../actors.ts';
import type { SpanBuilder } from '../spans.ts';
import type { Segment } from '../text/segmentation.ts';
import type { DueDates } from './due-dates.ts';
import { dueIn } from './due-phrases.ts';
import { type Duty, DutyReader } from './duties.ts';

/** At most so many obligations are reported: the most specific ones, in the order of the document. The others are not counted. */
export const mostObligations = 500;

const openingCondition =
  /^\(?[\w.]{0,6}\)?\s?((?:if|in the event|upon|unless|subject to|provided|where|when|following|in case|should|after|except|to the extent|notwithstanding)\b[^;]{4,220}?),\s*(?:(?:then|the|each|such|this)\s){0,2}$/i;
const laterCondition =
  /,?\s\b((?:if(?! (?:any|applicable|required|necessary|appropriate)\b[),])|unless|provided(?:,? however,?)? that|in the event|to the extent|so long as|subject to)\b[^;]{4,180})/i;
/** One of several days, which nobody knows beforehand. */
const alternatives = /\b(?:whichever|(?:earlier|later|earliest|latest)(?: to occur)? of)\b/i;
/** Recitals tell what the parties want, not what they owe. */
const recital = /^(?:recitals?|background|whereas|witnesseth|preamble)\b/;

const longestDeed = 400;
/** Segments between two reports of progress. */
const progressEvery = 200;

interface Candidate {
  obligation: Obligation;
  specificity: number;
  order: number;
}

/**
 * Reads who must do what by when.
 *
 * @param onProgress is told, from time to time, the share of the segments that is done.
 */
export function findObligations(
  segments: readonly Segment[],
  actors: Actors,
  dueDates: DueDates,
  spans: SpanBuilder,
  onProgress: (fraction: number) => void,
): Obligation[] {
  const reader = new DutyReader(actors);
  const seen = new Set<string>();
  const candidates: Candidate[] = [];
  for (const [at, segment] of segments.entries()) {
    if (at % progressEvery === 0) onProgress(at / segments.length);
    if (segment.kind !== 'prose' || recital.test(segment.part) || seen.has(segment.lower)) continue;
    seen.add(segment.lower);
    for (const duty of reader.read(segment.text)) {
      const { specificity, ...obligation } = describe(duty, dueDates);
      candidates.push({
        obligation: { ...obligation, spans: [spans.span(segment)] },
        specificity,
        order: candidates.length,
      });
    }
  }
  candidates.sort((a, b) => b.specificity - a.specificity || a.order - b.order);
  return candidates
    .slice(0, mostObligations)
    .sort((a, b) => a.order - b.order)
    .map(({ obligation }) => obligation);
}

function describe(duty: Duty, dueDates: DueDates): Omit<Obligation, 'spans'> & { specificity: number } {
  const { party, modal, before, deed } = duty;
  const due = dueIn(deed) ?? dueIn(before);
  const condition = openingCondition.exec(before)?.[1] ?? laterCondition.exec(deed)?.[1];
  const day = due && !alternatives.test(before + deed) ? dueDates.of(due) : undefined;
  return {
    party: party.replace(/^[a-z](?=\w{0,6} part)/i, (letter) => letter.toUpperCase()),
    action: excerptOf(tidy(prefixOf(duty) + deed), longestDeed),
    ...(due && { due: tidy(due), ...day }),
    ...(condition && { condition: excerptOf(tidy(condition), longestDeed) }),
    specificity: (day ? mostSpecific : 0) + specificityOf(modal, deed, due, condition),
  };
}

function prefixOf({ party, modal }: Duty): string {
  if (/responsible/.test(modal)) return 'be responsible for ';
  return /\bnot\b/.test(modal) && !/^(?:neither|no)\b/i.test(party) ? 'not ' : '';
}

/** More than any duty without a day in the calendar has. */
const mostSpecific = 10;

/** A date or period tells most, then a sum, a condition, and a verb that leaves no choice. */
function specificityOf(modal: string, deed: string, due: string | undefined, condition: string | undefined): number {
  return (
    (due ? (/\d|day|month|year/i.test(due) ? 4 : 2) : 0) +
    (/[$\u20ac\u00a3]\s?\d|\d\s?%/.test(deed) ? 2 : 0) +
    (condition ? 1 : 0) +
    (/shall|must|required|obligated/.test(modal) ? 1 : 0) +
    (/\b(?:pay|deliver|notify|provide|maintain|return|indemnify|reimburse|submit|report|obtain)\b/i.test(
      deed.slice(0, 60),
    )
      ? 1
      : 0)
  );
}

/** Without what a cut leaves at the end: a comma, or parentheses that have hardly begun (`(e` of `(e.g. ...`). */
function tidy(text: string): string {
  return text
    .trim()
    .replace(/\s?\([^()]{0,3}$/, '')
    .replace(/[\s,;:.]{1,4}$/, '');
}
