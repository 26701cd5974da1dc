import type { Obligation } from '../../domain/analysis.ts';
import type { Actors } from './actors.ts';
import type { DueDates } from './due-dates.ts';
import type { SpanBuilder } from './spans.ts';
import type { Segment } from './text/segmentation.ts';
import { shortened } from './text/shortened.ts';

/** At most so many obligations are reported: the most specific ones, in the order of the document. The others are not counted. */
export const mostObligations = 200;

const duty =
  'shall not|shall|must not|must|will not|will|agrees? not to|agrees? (?:that it (?:shall|will))|agrees? to|undertakes? to|covenants? to|(?:is|are) required to|(?:is|are) obligated to|(?:is|are) responsible for|may not';
/** What follows `shall` and obliges nobody to do anything. */
const noDuty =
  /^(?:be (?:deemed|construed|governed|binding|entitled|interpreted|considered|effective|liable|the (?:sole|exclusive)|void|null|subject to|made in|in writing|determined|as (?:set|follows)|defined)|mean\b|means\b|have (?:the (?:right|option|meaning|same meaning|power)|no (?:obligation|liability|right|further)|any (?:obligation|liability)|[\w\s()]{1,30}(?:days|months|weeks) (?:to|from|in which|after))|not be (?:deemed|construed|liable|required|responsible|obligated|entitled|considered)|enter into (?:this|the) |complete and sign|reference the|cease to have|survive|inure|constitute|include|remain in (?:full )?(?:force|effect)|continue in|commence|prevail|control|not (?:affect|apply|constitute|limit|relieve|have any|have the right)|apply|terminate automatically|expire|vest|become effective|own\b|retain (?:all|the|sole))/i;

const timeUnit = '(?:business |calendar |working )?(?:day|week|month|quarter|year|hour)s?';
const duePhrases: readonly RegExp[] = [
  new RegExp(`\\bwithin\\s(?:a\\speriod\\sof\\s)?[\\w\\s()-]{1,40}?${timeUnit}\\b[^,;:.]{0,70}`, 'i'),
  /\b(?:no|not) later than\s(?:[^,;:.]|,\s(?=\d{4})){3,80}/i,
  /\bon or before\s(?:[^,;:.]|,\s(?=\d{4})){3,60}/i,
  new RegExp(
    `\\b(?:at least|not less than|no less than|upon|on|with|by giving)\\s[\\w\\s()-]{1,40}?${timeUnit}'?s?'?\\s(?:prior |advance |written |before)[^,;:.]{0,70}`,
    'i',
  ),
  /\bby (?:the (?:end|last day|first day|\d{1,2}\w{2}|close)[^,;:.]{3,60}|(?:January|February|March|April|May|June|July|August|September|October|November|December)\s\d{1,2}(?:,\s\d{4})?)/,
  /\b(?:on|in) the (?:first|last|\w+th) (?:business )?day of each[^,;:.]{0,50}/i,
  /\b(?:monthly|quarterly|semi-?annually|annually|weekly|daily|once (?:per|every|a|each)[^,;:.]{1,30}|(?:each|every) (?:calendar )?(?:month|quarter|year|week))\b/i,
  /\b(?:promptly|immediately|forthwith|without (?:undue )?delay|as soon as (?:reasonably )?(?:practicable|possible))\b(?:\s(?:upon|after|following|on)\s[^,;:.]{3,60})?/i,
  /\b(?:upon|following|after|prior to|before) (?:the )?(?:receipt|termination|expiration|expiry|request|written request|completion|delivery|execution|notice|closing|signing|acceptance)\b[^,;:.]{0,50}/i,
];

/** What a due date runs into when the sentence goes on. */
const anotherDuty = /\s(?:and|or|but)(?:\s(?:shall|will|must|may|to|provide|notify|the|on|if|certify)\b.*)?$/i;

const openingCondition =
  /^\(?[\w.]{0,6}\)?\s?((?:if|in the event|upon|unless|subject to|provided|where|when|following|in case|should|after|except|to the extent|notwithstanding)\b[^;]{4,220}?),\s*(?:(?:then|the|each|such|this)\s){0,2}$/i;
const laterCondition =
  /,?\s\b((?:if(?! (?:any|applicable|required|necessary|appropriate)\b[),])|unless|provided(?:,? however,?)? that|in the event|to the extent|so long as|subject to)\b[^;]{4,180})/i;

/** One of several days, which nobody knows beforehand. */
const alternatives = /\b(?:whichever|(?:earlier|later|earliest|latest)(?: to occur)? of)\b/i;

const longestAction = 280;

/** What stands before a party that is no subject: in `the costs of the Supplier shall`, the costs are. */
const notTheSubject =
  /\b(?:of|by|to|for|from|with|between|against|upon|under|than|at)\s(?:the\s|each\s|such\s|any\s|either\s)?$/i;
/** What `shall` permits, rather than demands; with `not` it forbids. */
const permission = /^be (?:permitted|allowed|authori[sz]ed|free) /i;

function isNoDuty(modal: string, rest: string): boolean {
  return noDuty.test(rest) || (permission.test(rest) && !/\bnot\b/.test(modal));
}

/** Recitals tell what the parties want, not what they owe. */
const recital = /^(?:recitals?|background|whereas|witnesseth|preamble)\b/;

/** Segments between two reports of progress. */
const progressEvery = 200;

interface Candidate {
  obligation: Obligation;
  specificity: number;
  order: number;
}

/**
 * Reads who must do what by when out of sentences with a party as subject of `shall`, `must`, `agrees to` and the like.
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
  const pattern = new RegExp(
    `(?<![\\w-])(${actors.source})((?:,[^,;.]{0,80},)?(?:\\s(?:hereby|also|further|each|both|\\w{2,12}ly))?)\\s(${duty})\\s`,
    'g',
  );
  const seen = new Set<string>();
  const candidates: Candidate[] = [];
  for (const [at, segment] of segments.entries()) {
    if (at % progressEvery === 0) onProgress(at / segments.length);
    if (segment.kind !== 'prose' || recital.test(segment.part) || seen.has(segment.lower)) continue;
    const read = readObligation(segment, pattern, dueDates);
    if (!read) continue;
    seen.add(segment.lower);
    candidates.push({
      obligation: { ...read.obligation, spans: [spans.span(segment)] },
      specificity: read.specificity,
      order: segment.index,
    });
  }
  candidates.sort((a, b) => b.specificity - a.specificity || a.order - b.order);
  return candidates
    .slice(0, mostObligations)
    .sort((a, b) => a.order - b.order)
    .map(({ obligation }) => obligation);
}

function readObligation(
  segment: Segment,
  pattern: RegExp,
  dueDates: DueDates,
): { obligation: Omit<Obligation, 'spans'>; specificity: number } | undefined {
  const { text } = segment;
  const match = [...text.matchAll(pattern)].find(({ index, 0: whole, 3: words = '' }) => {
    const rest = text.slice(index + whole.length);
    return !notTheSubject.test(text.slice(0, index)) && !isNoDuty(words, rest) && rest.length >= 8;
  });
  if (!match) return undefined;
  const [whole, party, , modal] = match;
  if (party === undefined || modal === undefined) return undefined;
  const rest = text.slice(match.index + whole.length);
  const before = text.slice(0, match.index);
  const due = dueIn(rest) ?? dueIn(before);
  const condition = openingCondition.exec(before)?.[1] ?? laterCondition.exec(rest)?.[1];
  const negative = /\bnot\b/.test(modal) || /^(?:neither|no)\b/i.test(party);
  const prefix = /responsible/.test(modal)
    ? 'be responsible for '
    : negative && !/^(?:neither|no)\b/i.test(party)
      ? 'not '
      : '';
  const action = shortened(tidy(prefix + rest), longestAction);
  return {
    obligation: {
      party: party.replace(/^[a-z](?=\w{0,6} part)/i, (letter) => letter.toUpperCase()),
      action,
      ...(due && { due: tidy(due), ...(!alternatives.test(text) && dueDates.of(due)) }),
      ...(condition && { condition: shortened(tidy(condition), longestAction) }),
    },
    specificity: specificityOf(modal, rest, due, condition),
  };
}

/** The first date or period that a text names, or else the first other word on time. */
function dueIn(text: string): string | undefined {
  const found = duePhrases
    .map((phrase) => phrase.exec(text))
    .filter((match) => match !== null)
    .sort((a, b) => a.index - b.index);
  const match = found.find(([phrase]) => /\d/.test(phrase)) ?? found[0];
  return match?.[0].replace(anotherDuty, '');
}

/** A date or period tells most, then a sum, a condition, and a verb that leaves no choice. */
function specificityOf(modal: string, rest: string, due: string | undefined, condition: string | undefined): number {
  return (
    (due ? (/\d|day|month|year/i.test(due) ? 4 : 2) : 0) +
    (/[$\u20ac\u00a3]\s?\d|\d\s?%/.test(rest) ? 2 : 0) +
    (condition ? 1 : 0) +
    (/shall|must|required|obligated/.test(modal) ? 1 : 0) +
    (/\b(?:pay|deliver|notify|provide|maintain|return|indemnify|reimburse|submit|report|obtain)\b/i.test(
      rest.slice(0, 60),
    )
      ? 1
      : 0)
  );
}

function tidy(text: string): string {
  return text.trim().replace(/[\s,;:.]{1,4}$/, '');
}
