import { describe, expect, test } from 'vitest';
import { findAmounts, firstPercentage } from '../../src/engine/builtin/expressions/amounts.ts';
import {
  dateAfter,
  dateBefore,
  lastDayOfNextTerm,
  lastDayOfTerm,
} from '../../src/engine/builtin/expressions/date-arithmetic.ts';
import { addMonths, findDates, formatDate, numericOrderOf } from '../../src/engine/builtin/expressions/dates.ts';
import { durationDays, findDurations, formatDuration } from '../../src/engine/builtin/expressions/durations.ts';
import { firstJurisdiction, jurisdictionOfLaw } from '../../src/engine/builtin/expressions/jurisdictions.ts';

describe('dates', () => {
  test.for([
    ['March 1, 2024', '2024-03-01'],
    ['Sept. 30th 1999', '1999-09-30'],
    ['as of the 1st day of March, 2024', '2024-03-01'],
    ['this 17t h day of February 2016', '2016-02-17'],
    ['the twenty-third day of May 2019', '2019-05-23'],
    ['1 March 2024', '2024-03-01'],
    ['01-Mar-2024', '2024-03-01'],
    ['2024-02-29', '2024-02-29'],
    ['3/4/2024', '2024-03-04'],
    ['25/3/2024', '2024-03-25'],
    ['01.03.2024', '2024-03-01'],
    ['5/8/14', '2014-05-08'],
    ['5/8/98', '1998-05-08'],
  ] as const)('%s is %s', ([text, iso]) => {
    expect(findDates(text, 'month-first').map(({ date }) => formatDate(date))).toEqual([iso]);
  });

  test.for([
    '2023-02-29',
    '___ day of March, 2024',
    'March 2024',
    'version 1/2/2024/3',
    '32 March 2024',
    'Section 4.5',
  ])('%s is no date', (text) => {
    expect(findDates(text, 'month-first')).toEqual([]);
  });

  test('numeric dates are read day first in a text that has one that cannot be read otherwise', () => {
    const order = numericOrderOf('from 3/4/2024 to 25/3/2025');
    expect(findDates('3/4/2024', order).map(({ date }) => formatDate(date))).toEqual(['2024-04-03']);
  });

  test('the range is that of the date alone', () => {
    const [found] = findDates('made on March 1, 2024 in Oslo', 'month-first');
    expect('made on March 1, 2024 in Oslo'.slice(found?.start, found?.end)).toBe('March 1, 2024');
  });

  test('a month is added within the month that it leads to', () => {
    expect(formatDate(addMonths({ year: 2024, month: 1, day: 31 }, 1))).toBe('2024-02-29');
    expect(formatDate(addMonths({ year: 2024, month: 2, day: 29 }, 12))).toBe('2025-02-28');
  });
});

describe('lengths of time', () => {
  test.for([
    ['thirty (30) days', '30 days', 30],
    ['one hundred eighty (180) days', '180 days', 180],
    ['twenty-four months', '24 months', 720],
    ['6 (six) months', '6 months', 180],
    ['a two-year period', '2 years', 730],
    ['twelve (12) full calendar months', '12 months', 360],
    ['five business days', '5 days', 5],
    ['two quarters', '6 months', 180],
  ] as const)('%s', ([text, formatted, days]) => {
    expect(findDurations(text).map((found) => [formatDuration(found), durationDays(found)])).toEqual([
      [formatted, days],
    ]);
  });

  test.for(['the 30 sheep', '$5.30 days', 'many years', 'zero days'])('%s is none', (text) => {
    expect(findDurations(text)).toEqual([]);
  });
});

test('amounts and percentages are read as written', () => {
  expect(findAmounts('a sum of US$5,000,000 per event')[0]?.text).toBe('US$5,000,000');
  expect(findAmounts('at most EUR 20 million')[0]?.text).toBe('EUR 20 million');
  expect(findAmounts('pay 250,000 euros')[0]?.text).toBe('250,000 euros');
  expect(findAmounts('Section 4.2')).toEqual([]);
  expect(findAmounts('$5OO,000 as a scanner reads it')).toEqual([]);
  expect(
    findAmounts('$5m, EUR 2.5 million, 300 dollars and £40k').map(({ value, currency }) => [value, currency]),
  ).toEqual([
    [5_000_000, 'USD'],
    [2_500_000, 'EUR'],
    [300, 'USD'],
    [40_000, 'GBP'],
  ]);
  expect(firstPercentage('a royalty of 12.5 % of sales')).toBe('12.5%');
  expect(firstPercentage('seven per cent')).toBeUndefined();
});

describe('governing law', () => {
  test.for([
    ['governed by the laws of the State of New York', 'New York'],
    ['GOVERNED BY THE LAWS OF THE STATE OF WEST VIRGINIA WITHOUT REGARD TO CONFLICTS', 'West Virginia'],
    ['The law of England and Wales applies', 'England and Wales'],
    ['Swiss law applies', 'Switzerland'],
    ["the laws of the People's Republic of China", "People's Republic of China"],
  ] as const)('%s: %s', ([text, name]) => {
    expect(jurisdictionOfLaw(text)).toBe(name);
  });

  test('a place alone is a jurisdiction only where a label asks for one', () => {
    expect(jurisdictionOfLaw('delivered in Texas')).toBeUndefined();
    expect(firstJurisdiction('State of Texas')).toBe('Texas');
  });
});

describe('date arithmetic', () => {
  const day = { year: 2024, month: 1, day: 31 };

  test('shows how a day was computed', () => {
    expect(dateAfter(day, { count: 1, unit: 'month', start: 0, end: 7 })).toEqual({
      date: { year: 2024, month: 2, day: 29 },
      arithmetic: '2024-01-31 + 1 month = 2024-02-29',
    });
  });

  test('a term of years ends on the day before the anniversary, and one that follows on the day before the next', () => {
    const start = { year: 2016, month: 1, day: 1 };
    const years = { count: 20, unit: 'year', start: 0, end: 8 } as const;
    expect(lastDayOfTerm(start, years)).toEqual({
      date: { year: 2035, month: 12, day: 31 },
      arithmetic: '2016-01-01 + 20 years - 1 day = 2035-12-31 (the first day counts)',
    });
    expect(lastDayOfNextTerm({ year: 2027, month: 2, day: 28 }, { ...years, count: 1 })?.date).toEqual({
      year: 2028,
      month: 2,
      day: 29,
    });
    expect(lastDayOfTerm(start, { ...years, count: 30, unit: 'day' })?.date).toEqual({ year: 2016, month: 1, day: 31 });
  });

  test('gives no day in a year that cannot be meant', () => {
    const slip = { count: 9999, unit: 'year', start: 0, end: 10 } as const;
    expect(dateAfter(day, slip)).toBeUndefined();
    expect(dateBefore(day, slip)).toBeUndefined();
  });
});
