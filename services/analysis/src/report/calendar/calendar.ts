import { hash } from 'node:crypto';
import type { Analysis, KeyDate, KeyDateKind, Review } from '../../domain/analysis.ts';
import { daysOf } from '../days.ts';
import { legible, legibleValue } from '../legible.ts';
import { quoteOf } from '../outline/wording.ts';
import type { ReportSubject } from '../render-report.ts';
import { contentLine, textValue } from './content-line.ts';

/** How many days before a day one is reminded of it, at nine in the morning. */
const reminders: Readonly<Record<Exclude<KeyDateKind, 'agreement'>, readonly number[]>> = {
  effective: [],
  renewal_notice: [30, 7, 1],
  expiration: [30],
  renewal: [14],
  obligation: [7],
};

type Deadline = KeyDate & { kind: keyof typeof reminders };

/** Whether there is anything to put into a calendar, which has to hold an event. */
export function hasDeadlines(review: Review): boolean {
  return deadlinesOf(review).length > 0;
}

/**
 * The days that a contract sets as a calendar of all-day events (RFC 5545). An event has the same UID in every calendar
 * of its document, so a calendar that is imported again moves events instead of doubling them.
 *
 * @param subject with deadlines
 */
export function renderCalendar({ filename, analysis }: ReportSubject): string {
  const contract = legible(filename);
  const deadlines = deadlinesOf(analysis.review);
  const uids = uidsOf(analysis, deadlines);
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Contract Reviewer//Review//EN',
    'CALSCALE:GREGORIAN',
    ...deadlines.flatMap((deadline, index) => eventLines(deadline, { uid: uids[index] ?? '', contract, analysis })),
    'END:VCALENDAR',
  ];
  return lines.map(contentLine).join('');
}

function deadlinesOf(review: Review): Deadline[] {
  return legibleValue(daysOf(review)).filter(isDeadline);
}

/** That a contract was made on some day is nothing to be reminded of. */
function isDeadline(day: KeyDate): day is Deadline {
  return day.kind !== 'agreement' && /^\d{4}-\d{2}-\d{2}$/.test(day.date) && isDay(day.date);
}

function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

function uidsOf({ documentId }: Analysis, deadlines: readonly Deadline[]): string[] {
  const seen = new Map<string, number>();
  return deadlines.map(({ kind, title }) => {
    const name = JSON.stringify([documentId, kind, title]);
    const earlier = seen.get(name) ?? 0;
    seen.set(name, earlier + 1);
    return `${hash('sha256', `${name} ${earlier}`)}@contract-reviewer`;
  });
}

function eventLines(
  { kind, date, title, arithmetic, spans }: Deadline,
  { uid, contract, analysis }: { uid: string; contract: string; analysis: Analysis },
): string[] {
  const [quote] = spans.map((span) => quoteOf(span, [span]));
  const description = [
    arithmetic ?? 'As the contract says.',
    ...(quote ? [`"${quote.text}" (${quote.place})`] : []),
    `${contract}, analysis ${analysis.analysisId}`,
  ].join('\n');
  return [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTAMP:${utcTime(analysis.completedAt ?? analysis.createdAt)}`,
    `DTSTART;VALUE=DATE:${basicDate(date)}`,
    `DTEND;VALUE=DATE:${basicDate(dayAfter(date))}`,
    `SUMMARY:${textValue(`${title} - ${contract}`)}`,
    `DESCRIPTION:${textValue(description)}`,
    'TRANSP:TRANSPARENT',
    ...reminders[kind].flatMap((days) => alarmLines(days, title)),
    'END:VEVENT',
  ];
}

function alarmLines(daysBefore: number, title: string): string[] {
  return [
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    // An all-day event begins at midnight; nine o'clock of a day before is fifteen hours short of the whole days.
    `TRIGGER:-P${daysBefore === 1 ? '' : `${daysBefore - 1}D`}T15H`,
    `DESCRIPTION:${textValue(`In ${daysBefore} day${daysBefore === 1 ? '' : 's'}: ${title}`)}`,
    'END:VALARM',
  ];
}

function dayAfter(date: string): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}

function basicDate(date: string): string {
  return date.replaceAll('-', '');
}

function utcTime(moment: Date): string {
  return moment.toISOString().replace(/[-:]|\.\d+/g, '');
}
