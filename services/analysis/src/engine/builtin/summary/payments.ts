import { findAmounts } from '../expressions/amounts.ts';
import { type CalendarDate, type FoundDate, findDates, formatDate, type NumericOrder } from '../expressions/dates.ts';
import { findStatedSums, type StatedSum } from '../expressions/stated-sums.ts';
import type { Segment } from '../text/segmentation.ts';

/** A sum to be paid, or the day on which one is due, as a sentence or a row of a table states it. */
export interface Payment {
  segment: Segment;
  sum?: StatedSum;
  due?: CalendarDate;
  /** What is paid, in the contract's words; empty when only the sum tells. */
  label: string;
}

const mostPayments = 60;
const longestRow = 200;
/** Characters between a sum and its day: `$100 on or before May 1, 2024`. */
const longestToDay = 25;

const fee =
  /\b(?:fees?|price|rent|salary|compensation|retainer|subscription|deposit|instal?lments?|payments?|consideration|rates?|charges?|pay(?:s|able)?|paid|royalty|advance)\b/i;
/** Sums that nobody pays under the contract: cover, ceilings, what damages are measured by. */
const noFee =
  /\b(?:insur\w*|coverage|liabilit\w*|liquidated|penalt\w*|damages|indemnif\w*|par value|per share|threshold|net worth|capital|revenues? (?:of|in excess)|not (?:to )?exceed|in excess of|limit\w*)\b/i;
const dueHead = /\b(?:due|payable|pay(?:ment)?|paid|instal?lment)\b/i;
const dueOn =
  /\b(?:due|payable|paid|pay|instal?lments?|payments?)\b(?:(?!\b(?:dated|made|entered|signed|executed|effective|commencing|beginning|since)\b)(?:[^.;]|\.\d)){0,100}\b(?:on|by|before|no later than|not later than|until):?\s(?:or\sbefore\s)?$/i;
const nextInList = /^,?\s?(?:and|or|,)?\s?$/;
/** `, $100 on `, ` and the balance of $100 on `: another instalment of a plan. */
const nextInPlan =
  /^(?:,|;)?\s?(?:and\s|then\s)?(?:(?:the|a|an|another|further|final|last|remaining|balance|instal?lment|payment|amount|sum|of|being)\s){0,6}([^\s,;](?:[^,;]|,\d){1,30})\s(?:on|by|before|no later than|not later than)\s(?:or\sbefore\s)?$/i;
const verbOfPayment = /\s(?:is|are|shall be|will be|becomes?|must be)\s(?:fully\s)?(?:due|payable|paid)\b.*$/is;

/** The payments that a contract fixes: the rows of its tables of fees, and the sentences that name a fee or a day to pay. */
export function findPayments(segments: readonly Segment[], order: NumericOrder): Payment[] {
  const payments: Payment[] = [];
  /** Of the table that the last segments are rows of. */
  let head: Segment | undefined;
  for (const segment of segments) {
    if (payments.length >= mostPayments) break;
    const isInTable = isRow(segment);
    if (!isInTable && !isRule(segment)) head = isHead(segment) ? segment : undefined;
    if (!/\d/.test(segment.text) || noFee.test(segment.text)) continue;
    payments.push(...(isInTable && head ? paymentsOfRow(segment, head, order) : paymentsOfSentence(segment, order)));
  }
  return withoutRepetitions(payments).slice(0, mostPayments);
}

/** A table and the text above it state the same sums, and the text may name a day without its sum. */
function withoutRepetitions(payments: readonly Payment[]): Payment[] {
  const dayOf = ({ due }: Payment) => (due ? formatDate(due) : '');
  const withSum = new Set(payments.filter(({ sum }) => sum).map(dayOf));
  const seen = new Set<string>();
  return payments.filter((payment) => {
    if (!payment.sum && withSum.has(dayOf(payment))) return false;
    const key = [payment.segment.lower, payment.sum?.text, dayOf(payment)].join('\n');
    return !seen.has(key) && seen.add(key);
  });
}

/** A line that names the columns of a table of payments. */
function isHead({ text }: Segment): boolean {
  return text.length <= longestRow && fee.test(text) && !/[.;:]$/.test(text);
}

/** A line that is only drawn. */
function isRule({ text }: Segment): boolean {
  return /^[|\s-]{1,400}$/.test(text);
}

/** A short line with a sum and without a verb. */
function isRow({ text }: Segment): boolean {
  return (
    text.length <= longestRow &&
    findAmounts(text).length > 0 &&
    !/\b(?:shall|will|may|must|is|are)\b/i.test(text) &&
    !text.endsWith('.')
  );
}

function paymentsOfRow(segment: Segment, head: Segment, order: NumericOrder): Payment[] {
  const { text } = segment;
  const sums = findStatedSums(text);
  const last = findDates(text, order).at(-1);
  const [first] = sums;
  if (!first) return [];
  const label = text
    .slice(0, first.start)
    .replace(/[|\t]/g, ' ')
    .trim()
    .replace(/[,:-]$/, '');
  const due = last && last.start > first.end && dueHead.test(head.text) ? { due: last.date } : {};
  return [{ segment, sum: first, ...due, label }];
}

function paymentsOfSentence(segment: Segment, order: NumericOrder): Payment[] {
  const { text } = segment;
  if (segment.kind !== 'prose' || !fee.test(text)) return [];
  const days = paymentDays(text, order);
  const hasDay = (end: number) => days.some(({ start }) => start > end && start - end <= longestToDay);
  const sums = findStatedSums(text).filter(
    ({ currency, start, end }) => currency !== undefined && (isPaid(text, start, end) || hasDay(end)),
  );
  const label = labelOf(text);
  if (days.length === 0) return sums.map((sum) => ({ segment, sum, label }));
  const dated = days.map(({ date, start }): Payment => {
    const before = sums.filter((sum) => sum.end <= start);
    const sum = before.at(-1) ?? sums[0];
    return { segment, due: date, label, ...(sum && { sum }) };
  });
  const named = new Set(dated.map(({ sum }) => sum));
  return [...sums.filter((sum) => !named.has(sum)).map((sum) => ({ segment, sum, label })), ...dated];
}

/** A fee's name stands near its sum. */
function isPaid(text: string, start: number, end: number): boolean {
  return fee.test(text.slice(Math.max(0, start - 100), start)) || fee.test(text.slice(end, end + 60));
}

/** The days on which something is due: after `payable on`, and those that follow in a list. */
function paymentDays(text: string, order: NumericOrder): FoundDate[] {
  const days: FoundDate[] = [];
  for (const date of findDates(text, order)) {
    const previous = days.at(-1);
    const between = previous && text.slice(previous.end, date.start);
    const goesOn = between !== undefined && (nextInList.test(between) || isInstalment(between));
    if (goesOn || dueOn.test(text.slice(Math.max(0, date.start - 150), date.start))) days.push(date);
  }
  return days;
}

function isInstalment(between: string): boolean {
  const sum = nextInPlan.exec(between)?.[1];
  const [amount] = sum === undefined ? [] : findAmounts(sum);
  return amount !== undefined && amount.start === 0 && amount.end === sum?.length;
}

function labelOf(text: string): string {
  const subject = verbOfPayment.test(text) ? text.replace(verbOfPayment, '') : '';
  return subject.length <= 80 ? subject.replace(/^\(?[\w.]{1,6}\)\s/, '').trim() : '';
}

/** `Payment due: $360,000 (First year)`. */
export function describePayment({ sum, label }: Payment): string {
  const parts = [sum?.text, label && (sum ? `(${label})` : label)].filter(Boolean);
  return parts.length > 0 ? `Payment due: ${parts.join(' ')}` : 'Payment due';
}
