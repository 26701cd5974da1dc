import { addDays, addMonths, type CalendarDate, formatDate } from './dates.ts';
import { type Duration, formatDuration } from './durations.ts';

/** A day, and how it was computed: `2024-03-01 + 3 years = 2027-03-01`. */
export interface ComputedDate {
  date: CalendarDate;
  arithmetic: string;
}

/** No contract runs for centuries, and an ISO 8601 date has four digits for its year: beyond that a figure is a slip. */
const firstYear = 1800;
const lastYear = 2999;

/** The day some time after another; undefined for working days, which depend on holidays, and for no plausible year. */
export function dateAfter(start: CalendarDate, duration: Duration): ComputedDate | undefined {
  return moved(start, duration, 1);
}

/** The day some time before another; undefined for working days and for no plausible year. */
export function dateBefore(end: CalendarDate, duration: Duration): ComputedDate | undefined {
  return moved(end, duration, -1);
}

/**
 * The last day of a term of months or years that begins on a day: the one before the day of the same number, since the first day
 * counts. A term of days or weeks is counted on from the day, as notice periods are.
 */
export function lastDayOfTerm(start: CalendarDate, duration: Duration): ComputedDate | undefined {
  const after = dateAfter(start, duration);
  if (!after || duration.unit === 'day' || duration.unit === 'week') return after;
  const date = addDays(after.date, -1);
  const arithmetic = `${formatDate(start)} + ${formatDuration(duration)} - 1 day = ${formatDate(date)} (the first day counts)`;
  return { date, arithmetic };
}

/** The last day of a term that follows on the last day of another. */
export function lastDayOfNextTerm(last: CalendarDate, duration: Duration): ComputedDate | undefined {
  const next = lastDayOfTerm(addDays(last, 1), duration);
  if (!next || duration.unit === 'day' || duration.unit === 'week') return dateAfter(last, duration);
  return {
    date: next.date,
    arithmetic: `${formatDate(last)} + ${formatDuration(duration)} = ${formatDate(next.date)}`,
  };
}

function moved(from: CalendarDate, duration: Duration, sign: 1 | -1): ComputedDate | undefined {
  if (duration.isWorking) return undefined;
  const date = add(from, sign * duration.count, duration.unit);
  if (date.year < firstYear || date.year > lastYear) return undefined;
  const operator = sign === 1 ? '+' : '-';
  return { date, arithmetic: `${formatDate(from)} ${operator} ${formatDuration(duration)} = ${formatDate(date)}` };
}

function add(date: CalendarDate, count: number, unit: Duration['unit']): CalendarDate {
  switch (unit) {
    case 'year':
      return addMonths(date, count * 12);
    case 'month':
      return addMonths(date, count);
    case 'week':
      return addDays(date, count * 7);
    case 'day':
      return addDays(date, count);
    default:
      return unit satisfies never;
  }
}
