import { excerptOf } from '@contract-reviewer/platform/text/excerpt';
import { type Amount, findAmounts, firstPercentage } from '../expressions/amounts.ts';
import { type Duration, durationDays, findDurations, formatDuration } from '../expressions/durations.ts';
import { jurisdictionOfLaw } from '../expressions/jurisdictions.ts';
import { findStatedSums, type StatedSum, statedSumAt } from '../expressions/stated-sums.ts';
import type { Segment } from '../text/segmentation.ts';
import type { ValueKind } from './detector.ts';

/** What a clause says in a word: the notice, the cap, the law. */
export interface ClauseValue {
  text: string;
  /** Of a length of time. */
  days?: number;
  duration?: Duration;
  /** Of a sum of money, or of how it is computed. */
  amount?: StatedSum;
  /** The passage that states it. */
  segment?: Segment;
}

/** Reads a clause's value from its text; undefined when it states none. */
export function readValue(kind: ValueKind, text: string): ClauseValue | undefined {
  switch (kind) {
    case 'amount':
      return asAmount(findStatedSums(text)[0]);
    case 'cap':
      return asAmount(statedCap(text)) ?? feesOfMonths(text);
    case 'percentage':
      return asText(firstPercentage(text));
    case 'governing-law':
      return asText(jurisdictionOfLaw(text));
    case 'duration':
      return asDuration(statedDuration(text));
    case 'notice':
      return asDuration(noticeDuration(text));
    default:
      return kind satisfies never;
  }
}

function asText(text: string | undefined): ClauseValue | undefined {
  return text === undefined ? undefined : { text };
}

function asAmount(amount: StatedSum | undefined): ClauseValue | undefined {
  return amount && { text: amount.text, amount };
}

const limits =
  /\b(?:exceeds?|exceeding|limited to|limit(?:s|ed)? (?:of|at)|capped at|cap of|maximum|in excess of|(?:more|greater) than|up to|not be liable)\b/gi;
const ofInsurance =
  /\b(?:insur\w*|coverage|polic(?:y|ies)|deductible|per occurrence|combined single limit|umbrella|(?:excess|general|auto|employer.?s) liability)\b/i;
/** What insurance must cover at least is no ceiling. */
const floor = /\b(?:(?:not|no) less than|at least|minimum of|not (?:be )?(?:lower|less) than)\s?$/i;
const reachOfLimit = 160;

/** The sum that liability is limited to: after words that limit, and not one that insurance covers. */
function capIn(text: string): Amount | undefined {
  const amounts = findAmounts(text).filter(({ start, end }) => {
    const preceding = text.slice(Math.max(0, start - reachOfLimit), start);
    const limit = [...preceding.matchAll(limits)].at(-1);
    if (floor.test(preceding)) return false;
    const before = limit ? preceding.slice(limit.index) : preceding;
    return (
      !ofInsurance.test(before.slice(-90)) &&
      !/^\s(?:of |in )?[\w\s]{0,30}\binsurance\b/i.test(text.slice(end, end + 50))
    );
  });
  return (
    amounts.find(({ start }) =>
      [...text.slice(0, start).matchAll(limits)].some(
        ({ index, 0: words }) => start - index - words.length < reachOfLimit,
      ),
    ) ?? amounts[0]
  );
}

function statedCap(text: string): StatedSum | undefined {
  const amount = capIn(text);
  return amount && statedSumAt(text, amount);
}

const feesPaid =
  /\b(?:(?:total|aggregate|actual)\s)?(?:fees?|amounts?|charges?|sums?|compensation|price)\b[^.;]{0,120}$/i;
const rest = /^[^.;,()]{0,60}/;

/** A ceiling of what was paid in some months: `the fees paid in the three (3) months preceding the claim`. */
function feesOfMonths(text: string): ClauseValue | undefined {
  const limit = [...text.matchAll(limits)].at(-1);
  if (!limit) return undefined;
  for (const duration of findDurations(text)) {
    if (duration.unit !== 'month' && duration.unit !== 'year') continue;
    const from = Math.max(limit.index, duration.start - 160);
    const fees = feesPaid.exec(text.slice(from, duration.start));
    if (duration.start < limit.index || !fees) continue;
    const end = duration.end + (rest.exec(text.slice(duration.end))?.[0].length ?? 0);
    return { text: excerptOf(text.slice(from + fees.index, end).trim(), 160), days: durationDays(duration), duration };
  }
  return undefined;
}

function asDuration(duration: Duration | undefined): ClauseValue | undefined {
  return duration && { text: formatDuration(duration), days: durationDays(duration), duration };
}

/** The length a clause states, rather than one it counts back from: `for a period of two years`, not `within 30 days of`. */
function statedDuration(text: string): Duration | undefined {
  const durations = findDurations(text).filter((duration) => !isNotice(text, duration));
  return (
    // Where a sentence states the first term too, the later ones are what it says of renewal.
    durations.find(({ start }) =>
      /(?:additional|successive|another|further|consecutive)\s(?:periods? of\s|terms? of\s|\(\d+\)\s)?$/i.test(
        text.slice(Math.max(0, start - 40), start),
      ),
    ) ??
    durations.find(({ start }) =>
      /(?:\bfor|period of|periods of|term of|terms of|additional|successive|another|of up to|within)\s(?:an?\s|the\s|up to\s|\(\d+\)\s)?$/i.test(
        text.slice(Math.max(0, start - 24), start),
      ),
    ) ??
    durations[0]
  );
}

const noticeFollows =
  /^['\u2019]?s?['\u2019]?\s(?:(?!(?:and|or|unless)\b)[a-z]{1,10}\s){0,3}(?:notice|notification|before|prior|preceding|advance)\b/i;

function isNotice(text: string, { end }: Duration): boolean {
  return noticeFollows.test(text.slice(end, end + 50));
}

/** A length of time that is notice: `30 days' prior written notice`, `60 days before the end`, `notice of not less than six months`. */
function noticeDuration(text: string): Duration | undefined {
  const durations = findDurations(text).filter(
    ({ end }) => !/^\s(?:terms?|periods?|renewals?|extensions?)\b/i.test(text.slice(end, end + 12)),
  );
  return (
    durations.find((duration) => isNotice(text, duration)) ??
    durations.find(({ start }) => /\bnoti(?:ce|f)\w*\b[^.;]{0,60}$/i.test(text.slice(Math.max(0, start - 80), start)))
  );
}
