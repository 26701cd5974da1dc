import { firstAmount, firstPercentage } from '../expressions/amounts.ts';
import { type Duration, durationDays, findDurations, formatDuration } from '../expressions/durations.ts';
import { jurisdictionOfLaw } from '../expressions/jurisdictions.ts';
import type { ValueKind } from './detector.ts';

/** What a clause says in a word: the notice, the cap, the law. `days` is there when it is a length of time. */
export interface ClauseValue {
  text: string;
  days?: number;
}

/** Reads a clause's value from its text; undefined when it states none. */
export function readValue(kind: ValueKind, text: string): ClauseValue | undefined {
  switch (kind) {
    case 'amount':
      return asText(firstAmount(text));
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

function asDuration(duration: Duration | undefined): ClauseValue | undefined {
  return duration && { text: formatDuration(duration), days: durationDays(duration) };
}

/** The length a clause states, rather than one it counts back from: `for a period of two years`, not `within 30 days of`. */
function statedDuration(text: string): Duration | undefined {
  const durations = findDurations(text);
  return (
    durations.find(({ start }) =>
      /(?:\bfor|period of|periods of|term of|terms of|additional|successive|another|of up to|within)\s(?:an?\s|the\s|up to\s|\(\d+\)\s)?$/i.test(
        text.slice(Math.max(0, start - 24), start),
      ),
    ) ?? durations[0]
  );
}

/** A length of time that is notice: `30 days' prior written notice`, `60 days before the end`, `notice of not less than six months`. */
function noticeDuration(text: string): Duration | undefined {
  const durations = findDurations(text).filter(
    ({ end }) => !/^\s(?:terms?|periods?|renewals?|extensions?)\b/i.test(text.slice(end, end + 12)),
  );
  return (
    durations.find(({ end }) =>
      /^['\u2019]?s?['\u2019]?\s(?:[a-z]{1,10}\s){0,3}(?:notice|notification|before|prior|preceding|advance)\b/i.test(
        text.slice(end, end + 50),
      ),
    ) ??
    durations.find(({ start }) => /\bnoti(?:ce|f)\w*\b[^.;]{0,60}$/i.test(text.slice(Math.max(0, start - 80), start)))
  );
}
