import { type CalendarDate, type FoundDate, formatDate } from '../expressions/dates.ts';
import type { TextRange } from '../spans.ts';
import { documentRange, type Segment } from '../text/segmentation.ts';

/** A date as a passage states it; without a date when the passage leaves a blank or fixes it by an event. */
export interface StatedDate {
  date?: CalendarDate;
  range: TextRange;
  /** How the date was computed: `2024-03-01 + 3 years = 2027-03-01`; absent when it is stated. */
  arithmetic?: string;
}

export function statedIn(segment: Segment, found: FoundDate): StatedDate {
  return { date: found.date, range: documentRange(segment, found.start, found.end) };
}

/** ISO 8601; undefined for a date that is not given. */
export function isoOf({ date }: StatedDate): string | undefined {
  return date && formatDate(date);
}
