import { parseSpelledNumber, spelledNumber } from './numbers.ts';

export type DurationUnit = 'day' | 'week' | 'month' | 'year';

/** A length of time as a contract states it, and where it stands in the text it was found in. */
export interface Duration {
  count: number;
  unit: DurationUnit;
  /** Business or working days. */
  isWorking?: true;
  start: number;
  end: number;
}

const daysIn: Readonly<Record<DurationUnit, number>> = { day: 1, week: 7, month: 30, year: 365 };

const pattern = new RegExp(
  `(?<![\\w.,])(?:(${spelledNumber})(?:\\s?\\(\\s?(\\d{1,4})\\s?\\))?|(\\d{1,4})(?:\\s?\\(\\s?[\\w -]{1,24}\\s?\\))?)[\\s-]{1,2}` +
    '((?:(?:business|working|calendar|consecutive|full|successive|additional|whole|contract)[\\s-]){0,2})(day|week|month|quarter|year)s?(?!\\w)',
  'gi',
);

/** Every length of time in a text: `thirty (30) days`, `two-year`, `18 months`. */
export function findDurations(text: string): Duration[] {
  const found: Duration[] = [];
  for (const match of text.matchAll(pattern)) {
    const [whole, words, bracketed, digits, qualifier = '', unitName] = match;
    const count = bracketed ? Number(bracketed) : digits ? Number(digits) : parseSpelledNumber(words ?? '');
    if (count === undefined || count === 0 || unitName === undefined) continue;
    const name = unitName.toLowerCase();
    const span = {
      start: match.index,
      end: match.index + whole.length,
      ...(/business|working/i.test(qualifier) && { isWorking: true as const }),
    };
    found.push(
      name === 'quarter'
        ? { count: count * 3, unit: 'month', ...span }
        : { count, unit: name as DurationUnit, ...span },
    );
  }
  return found;
}

/** Length in days; a month counts 30 and a year 365. */
export function durationDays({ count, unit }: Pick<Duration, 'count' | 'unit'>): number {
  return count * daysIn[unit];
}

/** `30 days`, `1 year`. */
export function formatDuration({ count, unit }: Pick<Duration, 'count' | 'unit'>): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
