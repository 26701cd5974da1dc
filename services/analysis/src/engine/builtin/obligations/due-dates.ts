import { dateAfter, dateBefore } from '../expressions/date-arithmetic.ts';
import { type CalendarDate, findDates, formatDate, type NumericOrder } from '../expressions/dates.ts';
import { findDurations } from '../expressions/durations.ts';
import type { References } from '../references/references.ts';
import type { KeyDates } from '../summary/key-dates.ts';

/** When something is due: ISO 8601, and how the day was computed unless it is stated. */
export interface DueDate {
  dueDate: string;
  arithmetic?: string;
}

const afterAnchor = /^['\u2019]?\s(?:after|of|from|following)\s(?:the\s)?(.{3,60})/i;
const beforeAnchor = /^['\u2019]?\s(?:before|prior to|preceding)\s(?:the\s)?(.{3,60})/i;
const making =
  /^(?:date (?:hereof|of this (?:agreement|contract))|execution of this (?:agreement|contract)|signing of this (?:agreement|contract))\b/i;
const effectiveness = /^(?:effective|commencement) date\b/i;
/** The end of the contract, and not of some period in it; a termination has no date beforehand. */
const ending =
  /^(?:(?:expiration|expiry|end) of (?:this (?:agreement|contract)|the (?:initial )?term)\b|(?:expiration|expiry)(?: date)?\b(?! (?:of|or)\b))/i;
const definedDate = /^"?((?:[A-Z][\w-]{1,20} ){1,4}Date)\b/;

/** Computes the days on which duties are due, from the days of one contract. */
export class DueDates {
  readonly #dates: KeyDates;
  readonly #references: References;
  readonly #order: NumericOrder;

  constructor(dates: KeyDates, references: References, order: NumericOrder) {
    this.#dates = dates;
    this.#references = references;
    this.#order = order;
  }

  /** @param due when something is due, as the contract puts it; undefined when that names no day that can be computed */
  of(due: string): DueDate | undefined {
    const [duration] = findDurations(due);
    if (!duration) {
      const [stated] = findDates(due, this.#order);
      return stated && { dueDate: formatDate(stated.date) };
    }
    const rest = due.slice(duration.end);
    const after = afterAnchor.exec(rest)?.[1];
    const before = beforeAnchor.exec(rest)?.[1];
    const anchor = this.#anchor(after ?? before ?? '');
    const computed = anchor && (after === undefined ? dateBefore(anchor, duration) : dateAfter(anchor, duration));
    return computed && { dueDate: formatDate(computed.date), arithmetic: computed.arithmetic };
  }

  #anchor(text: string): CalendarDate | undefined {
    const { agreement, effective, expiration } = this.#dates;
    const [stated] = findDates(text, this.#order);
    if (stated?.start === 0) return stated.date;
    if (making.test(text)) return agreement?.date;
    if (effectiveness.test(text) && effective?.date) return effective.date;
    if (ending.test(text)) return expiration?.date;
    const term = definedDate.exec(text)?.[1];
    const definition = term === undefined ? undefined : this.#references.definitionOf(term);
    const [defined] = definition ? findDates(definition.text, this.#order) : [];
    return defined?.date;
  }
}
