import { excerptOf } from '@contract-reviewer/platform/text/excerpt';
import { dateAfter, lastDayOfTerm } from '../expressions/date-arithmetic.ts';
import { type CalendarDate, findDates, formatDate, type NumericOrder } from '../expressions/dates.ts';
import { type Duration, findDurations, formatDuration } from '../expressions/durations.ts';
import { parseSpelledOrdinal, spelledOrdinal } from '../expressions/numbers.ts';
import type { Segment } from '../text/segmentation.ts';
import type { StatedDate } from './stated-date.ts';

const endsOn =
  /\b(?:expir\w*|terminat\w*|until|through|thru|ends?|ending|to and including|to)\b(?:\s(?:on|at|the|close|of|business|midnight|and|including|or|before|date|as|earlier|\(i\))\b|[\s,():i]){0,10}$/i;
const lasts =
  /\b(?:for|of|term|period|be|is|continue|remain in (?:full )?(?:force|effect)[^.]{0,30}|until|end|ending|lasts?|duration)\b(?:\s(?:an?|the|initial|term|period|of|for|be|is|up|to|at|least|approximately|total|minimum|date|that|on|will|shall|full)\b|[\s:(]){0,10}$/i;
const openEnded =
  /\buntil (?:earlier |sooner )?(?:it is )?(?:terminated|cancell?ed)|in perpetuity|perpetual|indefinite\w*|\bends? when terminated|unless (?:and until )?terminated/;
const endsByEvent =
  /\b(?:continue|remain|end|ends|terminate|expire|valid|effect|force|run)\w*\b.{0,60}\b(?:until|upon|when|on the|for so long|as long as|earlier|later)\b/;

/** How likely a sentence is the one that sets the term; 0 for one that does not. */
function termWeight({ lower, heading }: Segment): number {
  let weight = 0;
  if (
    /^(?:.{0,12}\b)?(?:term|duration|term and termination|term of (?:the )?agreement|initial term|contract term|expiration)(?:\b.{0,20})?$/.test(
      heading,
    )
  )
    weight += 2;
  if (
    /\bterm of (?:this|the) (?:\w+ )?(?:agreement|contract|lease|license)\b|\bthe (?:initial )?"?term"? (?:of |shall|will|is|means|commences|begins)|"(?:initial )?term"|"(?:initial )?(?:period|contract period)"/.test(
      lower,
    )
  )
    weight += 3;
  if (
    /\b(?:this|the) (?:\w+ ){0,2}(?:agreement|contract|amendment|lease) (?:shall |will |is |may )?(?:\w+ ){0,3}(?:commence|begin|continue|remain|expire|terminate|be effective|be in|be for|effective|valid|ends?|takes?|start|come|have a)/.test(
      lower,
    )
  )
    weight += 2;
  if (/\binitial (?:term|period)\b/.test(lower)) weight += 1;
  if (/\b(?:commence|commences|begin|begins|beginning|effective date|date hereof)\b/.test(lower)) weight += 1;
  if (weight === 0) return 0;
  if (
    /\bduring (?:the|its) (?:\w+ )?term\b|^(?:upon|after|following|if|in the event)\b|\bthereafter\b.{0,40}\b(?:not|agrees)\b/.test(
      lower,
    )
  )
    weight -= 2;
  if (
    /\b(?:confidential|warrant|cure|breach|insurance|compet|audit|records|indemnif|surviv|invoice|solicit|royalt|deliver\w*|notify|elect by)/.test(
      lower,
    )
  )
    weight -= 2;
  return Math.max(0, weight);
}

interface TermReading {
  weight: number;
  text: string;
  date?: CalendarDate;
  arithmetic?: string;
  segment: Segment;
}

/** What the sentence that sets the term says. */
export interface Term {
  /** `3 years`, `until 2026-12-31`, `until terminated`, or the sentence itself. */
  text: string;
  /** When the term ends, where that is stated or can be computed. */
  expiration: StatedDate;
}

/**
 * Reads the sentence that most likely sets the term.
 *
 * @param start when the contract takes effect; a term of years is counted from it.
 */
export function findTerm(
  segments: readonly Segment[],
  order: NumericOrder,
  start: CalendarDate | undefined,
): Term | undefined {
  let best: TermReading | undefined;
  for (const segment of segments) {
    if (segment.kind !== 'prose') continue;
    const weight = termWeight(segment);
    if (weight < 2 || weight <= (best?.weight ?? 0)) continue;
    const reading = readTerm(segment, order, start);
    if (reading && weight + reading.weight > (best?.weight ?? 0))
      best = { ...reading, weight: weight + reading.weight };
  }
  if (!best) return undefined;
  const { text, date, arithmetic, segment } = best;
  return {
    text,
    expiration: {
      ...(date && { date }),
      ...(arithmetic && { arithmetic }),
      range: { start: segment.start, end: segment.end },
    },
  };
}

function readTerm(segment: Segment, order: NumericOrder, start: CalendarDate | undefined): TermReading | undefined {
  const { text, lower } = segment;
  const end = findDates(text, order).find((found) =>
    endsOn.test(text.slice(Math.max(0, found.start - 70), found.start)),
  );
  if (end) return { weight: 2, text: `until ${formatDate(end.date)}`, date: end.date, segment };
  const duration = termDuration(segment) ?? termToAnniversary(segment);
  if (duration) {
    const from = startOf(segment, duration, order, start);
    const end = from && (endsOnSameDay(segment, duration) ? dateAfter : lastDayOfTerm)(from, duration);
    return { weight: 2, text: formatDuration(duration), ...end, segment };
  }
  if (openEnded.test(lower))
    return { weight: 1, text: /perpetu/.test(lower) ? 'perpetual' : 'until terminated', segment };
  if (/\bmay be terminated\b/.test(lower)) return undefined;
  return endsByEvent.test(lower) ? { weight: 0, text: excerptOf(text, longestTerm), segment } : undefined;
}

const anniversary = new RegExp(
  `(?<!prior\\s)\\b(?:until|through|ending|ends?|expir\\w*|terminat\\w*|on|to)\\s(?:on\\s|upon\\s|at\\s)?(?:the\\s)?(?:date\\sof\\s)?(?:the\\s)?(?:(${spelledOrdinal})(?:\\s?\\(\\d{1,2}(?:st|nd|rd|th)\\))?|(\\d{1,2})(?:st|nd|rd|th))\\sanniversary\\sof\\s(?:the\\s)?(?:effective\\sdate|commencement\\sdate|date\\s(?:hereof|of\\sthis))`,
  'i',
);

/** The years to `the third anniversary of the Effective Date`. */
function termToAnniversary({ text }: Segment): Duration | undefined {
  const match = anniversary.exec(text);
  if (!match) return undefined;
  const [whole, words, digits] = match;
  const count = digits ? Number(digits) : parseSpelledOrdinal(words ?? '');
  return count ? { count, unit: 'year', start: match.index, end: match.index + whole.length } : undefined;
}

/** A term that ends on the anniversary itself, or some years after a day, rather than one that lasts for so many years. */
function endsOnSameDay({ text }: Segment, { start, end }: Duration): boolean {
  return (
    /anniversary/i.test(text.slice(start, end)) ||
    /^['\u2019]?s?\s(?:after|following)\b/i.test(text.slice(end, end + 20))
  );
}

const longestTerm = 160;

function termDuration({ text }: Segment): Duration | undefined {
  return findDurations(text).find(({ start, end, count, unit }) => {
    if (unit === 'day' && count < 30) return false;
    const following = text.slice(end, end + 40);
    if (/^['\u2019]?s?['\u2019]?\s(?:prior\s|advance\s|written\s|days\s){0,3}(?:notice|before|prior)/i.test(following))
      return false;
    const preceding = text.slice(Math.max(0, start - 70), start);
    if (/(?:successive|additional|renew\w*|extend\w*|extension)[^.;]{0,40}$/i.test(preceding)) return false;
    return (
      lasts.test(preceding) ||
      /^\s(?:from|after|following|subsequent to|anniversary|term|commencing|beginning)\b|^\s?\(?"?(?:initial )?term\b/i.test(
        following,
      )
    );
  });
}

const countedFrom =
  /^['\u2019]?s?\s(?:(?:from(?:\sand\safter)?|after|following|of)|(?:commencing|beginning|starting|running)\s(?:on|upon|from|as\sof|with))\s(?:and\sincluding\s)?(?:the\s)?(.{3,60})/i;
const ownStart =
  /^(?:["(\s]*(?:effective|commencement|execution|signing|start)\sdate|date\s(?:hereof|of\s(?:this|the\s(?:agreement|contract)|execution|signing|signature|its)|first)|(?:execution|signing|signature)\b(?!\sof\s(?!this))|such\sdate|that\sdate)/i;
const byEvent =
  /\b(?:from|after|following|of|on) the (?:\w+ )?(?:launch|closing|commencement|first|acceptance|delivery|completion|opening|distribution|date of (?:first|delivery|acceptance|launch|last))/;

/** The day that a term is counted from; undefined when that is an event whose date the text does not give, such as a launch. */
function startOf(
  { text, lower }: Segment,
  duration: Duration,
  order: NumericOrder,
  start: CalendarDate | undefined,
): CalendarDate | undefined {
  // What is to be done within some time does not last that long.
  if (/\bwithin\s(?:an?\s|the\s)?$/i.test(text.slice(0, duration.start))) return undefined;
  const anchor = countedFrom.exec(text.slice(duration.end, duration.end + 100))?.[1];
  if (anchor !== undefined) {
    const [stated] = findDates(anchor, order);
    if (stated?.start === 0) return stated.date;
    if (!ownStart.test(anchor)) return undefined;
  }
  return byEvent.test(lower.replace(/\bcommencement date/g, '')) ? undefined : start;
}
