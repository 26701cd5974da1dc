import { describe, expect, it, test } from 'vitest';
import type { KeyDate, Review } from '../../src/domain/analysis.ts';
import { hasDeadlines, renderCalendar } from '../../src/report/calendar/calendar.ts';
import { contentLine, textValue } from '../../src/report/calendar/content-line.ts';
import { hostile, hostileSubject } from './hostile-subject.ts';

function calendarOf(keyDates: KeyDate[], filename = 'contract.pdf'): string {
  return renderCalendar({ filename, analysis: { ...hostileSubject().analysis, review: reviewWith(keyDates) } });
}

function reviewWith(keyDates: KeyDate[]): Review {
  return { ...hostileSubject().analysis.review, keyDates };
}

const day = (kind: KeyDate['kind'], date: string, title = 'Notice'): KeyDate => ({ kind, date, title, spans: [] });
const unfolded = (calendar: string) => calendar.replaceAll('\r\n ', '').split('\r\n');

describe('a line of a calendar', () => {
  it.each(['x'.repeat(300), 'é'.repeat(200), '😀'.repeat(100), `${'x'.repeat(74)}é`, ''])(
    'is folded at 75 octets, never inside a character, and unfolds to itself',
    (line) => {
      const folded = contentLine(line);
      const physical = folded.split('\r\n');
      expect(physical.pop()).toBe('');
      for (const part of physical) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(75);
      expect(folded.isWellFormed()).toBe(true);
      expect(folded.replaceAll('\r\n ', '')).toBe(`${line}\r\n`);
    },
  );

  it('has its separators and line ends escaped', () => {
    expect(textValue('a;b,c\\d\r\ne\nf')).toBe('a\\;b\\,c\\\\d\\ne\\nf');
  });
});

test('a deadline is an all-day event with reminders ahead of it', () => {
  const lines = unfolded(calendarOf([day('renewal_notice', '2027-12-31')]));
  expect(lines).toEqual(
    expect.arrayContaining([
      'DTSTAMP:20261123T000102Z',
      'DTSTART;VALUE=DATE:20271231',
      'DTEND;VALUE=DATE:20280101',
      'SUMMARY:Notice - contract.pdf',
      'TRIGGER:-P29DT15H',
      'TRIGGER:-P6DT15H',
      'TRIGGER:-PT15H',
    ]),
  );
});

test('nothing of a contract gets out of its property', () => {
  const lines = unfolded(calendarOf([{ ...day('expiration', '2027-01-31', hostile), arithmetic: hostile }], hostile));
  const names = lines.map((line) => line.split(/[:;]/)[0]);
  const event = ['BEGIN', 'UID', 'DTSTAMP', 'DTSTART', 'DTEND', 'SUMMARY', 'DESCRIPTION', 'TRANSP'];
  const alarm = ['BEGIN', 'ACTION', 'TRIGGER', 'DESCRIPTION', 'END'];
  expect(names).toEqual(['BEGIN', 'VERSION', 'PRODID', 'CALSCALE', ...event, ...alarm, 'END', 'END', '']);
});

test('an event keeps its UID when its day moves, and events of one calendar have their own', () => {
  const uids = (...days: KeyDate[]) => unfolded(calendarOf(days)).filter((line) => line.startsWith('UID:'));
  const [first, second] = uids(day('obligation', '2027-01-01'), day('obligation', '2027-02-01'));
  expect(first).not.toBe(second);
  expect(uids(day('obligation', '2028-01-01'))).toEqual([first]);
});

test.each([
  ['no day', []],
  ['only the day on which it was made', [day('agreement', '2027-01-01')]],
  ['a day that is none', [day('expiration', '2027-02-30'), day('expiration', 'soon')]],
])('a contract with %s has no deadlines', (_what, days) => {
  expect(hasDeadlines(reviewWith(days))).toBe(false);
});

test('a review from before key dates were stored has the dates of its summary', () => {
  const { analysis } = hostileSubject();
  const { keyDates: _, ...review } = analysis.review;
  const summary = { ...review.summary, effectiveDate: '2026-01-01', expirationDate: '2027-01-01' };
  const calendar = renderCalendar({ filename: 'a', analysis: { ...analysis, review: { ...review, summary } } });
  expect(calendar.match(/DTSTART;VALUE=DATE:(\d+)/g)).toHaveLength(2);
});
