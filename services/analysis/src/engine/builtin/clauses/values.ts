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

function noticeDuration(text: string): Duration | undefined {
  const durations = findDurations(text);
  return (
    durations.find(({ end }) =>
      /^.{0,2}\s?(?:calendar |business )?.{0,40}?\b(?:notice|notif|prior|before|advance|in writing)/i.test(
        text.slice(end, end + 60),
      ),
    ) ?? durations.find(({ start }) => /notice .{0,40}$/i.test(text.slice(Math.max(0, start - 60), start)))
  );
}
