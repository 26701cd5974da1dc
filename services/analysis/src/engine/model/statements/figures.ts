import { findDates } from '../../builtin/expressions/dates.ts';
import { type Duration, findDurations } from '../../builtin/expressions/durations.ts';
import { parseSpelledNumber, spelledNumber } from '../../builtin/expressions/numbers.ts';

/** The figures that a text states, in forms in which equal figures are equal texts. */
interface Figures {
  dates: Set<string>;
  durations: Set<string>;
  percentages: Set<string>;
  currencies: Set<string>;
  /** All numbers outside of dates, with their scale: `5 million` is 5000000. */
  numbers: Set<string>;
}

const scales: Readonly<Record<string, number>> = {
  hundred: 100,
  thousand: 1e3,
  k: 1e3,
  million: 1e6,
  mm: 1e6,
  m: 1e6,
  billion: 1e9,
  bn: 1e9,
};
const digits =
  /(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,6})?(?:\s?(hundred|thousand|million|billion|mm|bn|k|m)\b)?/gi;
const words = new RegExp(`(?<!\\w)(${spelledNumber})(?:\\s(thousand|million|billion))?(?!\\w)`, 'gi');
const percentage = /(\d{1,3}(?:\.\d{1,4})?)\s?(?:%|per\s?cent)/gi;
const currencySigns: readonly [RegExp, string][] = [
  [/\$|\b(?:usd|dollars?)\b/i, 'dollar'],
  [/\u20ac|\b(?:eur|euros?)\b/i, 'euro'],
  [/\u00a3|\b(?:gbp|pounds?\ssterling)\b/i, 'pound'],
  [/\u00a5|\b(?:jpy|yen|rmb|cny|renminbi)\b/i, 'yen'],
];
/** Where something stands is not what it says. */
const crossReference =
  /\b(?:sections?|clauses?|articles?|paragraphs?|schedules?|exhibits?|annex(?:es)?|appendix)\s+\d[\d.]*(?:\s?\(\w{1,4}\))*/gi;

/** Whether every figure of the statement is one of the passage. */
export function figuresAgree(statement: string, passage: string): boolean {
  const said = figuresOf(statement.replace(crossReference, ' '), 'digits');
  const written = figuresOf(passage, 'digits and words');
  return (Object.keys(said) as (keyof Figures)[]).every((kind) => said[kind].isSubsetOf(written[kind]));
}

/** Words for numbers count in a passage, which may spell them; in a statement "one" is mostly no number. */
function figuresOf(text: string, reading: 'digits' | 'digits and words'): Figures {
  const found = [...findDates(text, 'month-first'), ...findDates(text, 'day-first')];
  const dates = new Set(found.map(({ date }) => `${date.year}-${date.month}-${date.day}`));
  const lengths = findDurations(text);
  // What is compared as a date or a length is not compared as a number: 12 months are one year.
  const rest = reading === 'digits' ? blanked(text, [...found, ...lengths]) : text;
  return {
    dates,
    durations: new Set(lengths.map(lengthOf)),
    percentages: new Set([...rest.matchAll(percentage)].map(([, number]) => String(Number(number)))),
    currencies: new Set(currencySigns.flatMap(([sign, name]) => (sign.test(rest) ? [name] : []))),
    numbers: new Set([...numbersInDigits(rest), ...(reading === 'digits' ? [] : numbersInWords(rest))]),
  };
}

function blanked(text: string, ranges: readonly { start: number; end: number }[]): string {
  return ranges.reduce(
    (rest, { start, end }) => rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end),
    text,
  );
}

function numbersInDigits(text: string): string[] {
  return [...text.matchAll(digits)].map(([whole, scale]) => {
    const number = Number.parseFloat(whole.replaceAll(',', ''));
    return String(number * (scales[scale?.toLowerCase() ?? ''] ?? 1));
  });
}

function numbersInWords(text: string): string[] {
  return [...text.matchAll(words)].flatMap(([, number = '', scale]) => {
    const value = parseSpelledNumber(number);
    return value === undefined ? [] : [String(value * (scales[scale?.toLowerCase() ?? ''] ?? 1))];
  });
}

/** Weeks are days and years are months; a month is no number of days. */
function lengthOf({ count, unit }: Duration): string {
  switch (unit) {
    case 'day':
      return `${count} days`;
    case 'week':
      return `${count * 7} days`;
    case 'month':
      return `${count} months`;
    case 'year':
      return `${count * 12} months`;
  }
}
