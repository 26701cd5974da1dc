import type { KeyDate, KeyDateKind, Obligation, Span } from '../../../domain/analysis.ts';
import type { Topic } from '../clauses/categories.ts';
import type { Detections } from '../clauses/detect.ts';
import type { ClauseValue } from '../clauses/values.ts';
import { dateBefore, lastDayOfNextTerm } from '../expressions/date-arithmetic.ts';
import { formatDate } from '../expressions/dates.ts';
import { formatDuration } from '../expressions/durations.ts';
import type { SpanBuilder } from '../spans.ts';
import type { KeyDates } from './key-dates.ts';
import { describePayment, type Payment } from './payments.ts';
import { isAutomatic } from './renewal.ts';
import type { StatedDate } from './stated-date.ts';

/** What the days of a contract are computed from. */
interface DeadlineSources {
  dates: KeyDates;
  detections: Detections;
  values: ReadonlyMap<Topic, ClauseValue>;
  obligations: readonly Obligation[];
  payments: readonly Payment[];
}

/** The days that follow from a contract, in the order of the calendar; computed ones show their arithmetic. */
export function deadlinesOf(
  { dates, detections, values, obligations, payments }: DeadlineSources,
  spans: SpanBuilder,
): KeyDate[] {
  const found = [
    stated('agreement', 'The contract is made', dates.agreement, spans),
    stated('effective', 'The contract takes effect', dates.effective, spans),
    stated('expiration', 'The term ends', dates.expiration, spans),
    ...renewalDates(dates.expiration, detections, values, spans),
    ...obligations.map(dueDate),
    ...payments.map((payment) => paymentDate(payment, obligations, spans)),
  ];
  return found.filter((date) => date !== undefined).sort((a, b) => a.date.localeCompare(b.date));
}

function stated(
  kind: KeyDateKind,
  title: string,
  found: StatedDate | undefined,
  spans: SpanBuilder,
): KeyDate | undefined {
  if (!found?.date) return undefined;
  const { date, arithmetic, range } = found;
  return { kind, date: formatDate(date), title, ...(arithmetic && { arithmetic }), spans: [spans.span(range)] };
}

/** When an automatic renewal sets in, and the last day to stop it. */
function renewalDates(
  expiration: StatedDate | undefined,
  detections: Detections,
  values: ReadonlyMap<Topic, ClauseValue>,
  spans: SpanBuilder,
): KeyDate[] {
  const clauses = detections.get('Renewal Term')?.hits.map(({ segment }) => segment) ?? [];
  if (!expiration?.date || !isAutomatic(clauses)) return [];
  const spansOf = (topic: Topic): Span[] => {
    const segment = values.get(topic)?.segment;
    return segment ? [spans.span(segment)] : [];
  };
  const found: KeyDate[] = [];
  const notice = values.get('Notice Period To Terminate Renewal')?.duration;
  const deadline = notice && dateBefore(expiration.date, notice);
  if (deadline) {
    found.push({
      kind: 'renewal_notice',
      date: formatDate(deadline.date),
      title: 'Last day for the notice that stops the renewal',
      arithmetic: deadline.arithmetic,
      spans: spansOf('Notice Period To Terminate Renewal'),
    });
  }
  const period = values.get('Renewal Term')?.duration;
  const end = period && lastDayOfNextTerm(expiration.date, period);
  if (end) {
    found.push({
      kind: 'renewal',
      date: formatDate(expiration.date),
      title: `Renews for ${formatDuration(period)}, until ${formatDate(end.date)}`,
      arithmetic: end.arithmetic,
      spans: spansOf('Renewal Term'),
    });
  }
  return found;
}

/** The day of a payment, unless it is that of a duty which the same sentence states. */
function paymentDate(payment: Payment, obligations: readonly Obligation[], spans: SpanBuilder): KeyDate | undefined {
  if (!payment.due) return undefined;
  const date = formatDate(payment.due);
  const span = spans.span(payment.segment);
  const isDuty = obligations.some(({ dueDate: due, spans: [at] }) => due === date && at?.start === span.start);
  return isDuty ? undefined : { kind: 'obligation', date, title: describePayment(payment), spans: [span] };
}

function dueDate({ party, action, dueDate: date, arithmetic, spans }: Obligation): KeyDate | undefined {
  if (!date) return undefined;
  return { kind: 'obligation', date, title: `${party}: ${action}`, ...(arithmetic && { arithmetic }), spans };
}
