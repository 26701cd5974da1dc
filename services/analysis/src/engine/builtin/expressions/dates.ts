import { parseSpelledOrdinal, spelledOrdinal } from './numbers.ts';

/** A day of the Gregorian calendar; months and days count from 1. */
export interface CalendarDate {
  year: number;
  month: number;
  day: number;
}

/** A date, and where it stands in the text it was found in. */
export interface FoundDate {
  date: CalendarDate;
  start: number;
  end: number;
}

/** How a numeric date such as 3/4/2024 is read. */
export type NumericOrder = 'month-first' | 'day-first';

const monthNames = 'january february march april may june july august september october november december'.split(' ');
const month =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';
// Converted files tear the suffix apart: "17t h day".
const suffix = '(?:\\s?(?:s\\s?t|n\\s?d|r\\s?d|t\\s?h))?';
const day = `(\\d{1,2})${suffix}`;
const year = '((?:1[89]|20)\\d{2})';

const patterns: readonly {
  pattern: RegExp;
  read: (groups: string[], order: NumericOrder) => CalendarDate | undefined;
}[] = [
  // March 1, 2024; Mar. 1st 2024
  { pattern: compile(`${month}\\s{1,2}${day}\\s?,?\\s{0,2}${year}`), read: ([m, d, y]) => named(y, m, d) },
  // 1 March 2024; 1st day of March, 2024; 01-Mar-2024
  {
    pattern: compile(`${day}[\\s-]{1,2}(?:day\\s)?(?:of\\s)?${month},?[\\s-]{1,2}${year}`),
    read: ([d, m, y]) => named(y, m, d),
  },
  // the first day of March 2024
  {
    pattern: compile(
      `(${spelledOrdinal})\\s(?:\\(\\d{1,2}${suffix}\\)\\s)?(?:day\\s)?(?:of\\s)?${month},?\\s{1,2}${year}`,
    ),
    read: ([d, m, y]) => named(y, m, String(parseSpelledOrdinal(d ?? '') ?? 0)),
  },
  // 2024-03-01
  {
    pattern: compile(`${year}[-/.](\\d{1,2})[-/.](\\d{1,2})`),
    read: ([y, m, d]) => valid(Number(y), Number(m), Number(d)),
  },
  // 3/1/2024, 01.03.2024, 5/8/14
  {
    pattern: compile(`(\\d{1,2})([-/.])(\\d{1,2})\\2(${year}|\\d{2})`),
    read: ([a, separator, b, y], order) =>
      numeric(Number(a), Number(b), fullYear(y ?? ''), separator === '.' ? 'day-first' : order),
  },
];

function compile(source: string): RegExp {
  return new RegExp(`(?<![\\w/.-])${source}(?![\\w/]|-\\d)`, 'gi');
}

/**
 * Every complete date in a text, in order: US, European, ISO and ordinal forms. A date with a blank (`__ day of March`) or without
 * a day is none.
 */
export function findDates(text: string, order: NumericOrder): FoundDate[] {
  const found: FoundDate[] = [];
  for (const { pattern, read } of patterns) {
    for (const match of text.matchAll(pattern)) {
      const date = read(match.slice(1), order);
      if (date) found.push({ date, start: match.index, end: match.index + match[0].length });
    }
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  return found.filter((current, index) => index === 0 || current.start >= (found[index - 1]?.end ?? 0));
}

/** Reads numeric dates day first when the text has one that cannot be read otherwise (25/3/2024), else as in the United States. */
export function numericOrderOf(text: string): NumericOrder {
  return /(?<![\w/.-])(?:1[3-9]|2\d|3[01])[/-](?:0?[1-9]|1[0-2])[/-](?:\d{4}|\d{2})(?![\w/-])/.test(text)
    ? 'day-first'
    : 'month-first';
}

/** ISO 8601: `2024-03-01`. */
export function formatDate({ year, month, day }: CalendarDate): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** The same day some months on, or the last day of a month that is too short for it. */
export function addMonths({ year, month, day }: CalendarDate, months: number): CalendarDate {
  const total = year * 12 + (month - 1) + months;
  const target = { year: Math.floor(total / 12), month: (total % 12) + 1 };
  return { ...target, day: Math.min(day, daysInMonth(target.year, target.month)) };
}

export function addDays({ year, month, day }: CalendarDate, days: number): CalendarDate {
  const moved = new Date(Date.UTC(year, month - 1, day + days));
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
}

function named(
  yearText: string | undefined,
  monthText: string | undefined,
  dayText: string | undefined,
): CalendarDate | undefined {
  const prefix = (monthText ?? '').slice(0, 3).toLowerCase();
  return valid(Number(yearText), monthNames.findIndex((name) => name.startsWith(prefix)) + 1, Number(dayText));
}

function numeric(a: number, b: number, yearNumber: number, order: NumericOrder): CalendarDate | undefined {
  const [first, second] = order === 'day-first' ? [b, a] : [a, b];
  return valid(yearNumber, first, second) ?? valid(yearNumber, second, first);
}

/** Two digits mean the years 1970 to 2069. */
function fullYear(text: string): number {
  const number = Number(text);
  if (text.length > 2) return number;
  return number >= 70 ? 1900 + number : 2000 + number;
}

function valid(year: number, month: number, day: number): CalendarDate | undefined {
  const plausible = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  return plausible ? { year, month, day } : undefined;
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
