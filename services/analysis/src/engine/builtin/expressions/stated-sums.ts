import { type Amount, findAmounts } from './amounts.ts';

/** A sum as a clause states it: with its rate or range, or as the formula that it follows from. */
export interface StatedSum {
  /** `$5,000 per day`, `between $10,000 and $480,000`, `80% of the Minimum Commitment`. */
  text: string;
  /** In units of the currency; undefined for a range or a formula. */
  value?: number;
  /** ISO 4217, where the text tells it. */
  currency?: string;
  start: number;
  end: number;
}

const share =
  /(?:[\w.-]{1,20}\spercent\s)?\(?\d{1,3}(?:\.\d{1,4})?\s?%\)?\sof\s(?:the\s|its\s|all\s|any\s)?[^,;.()]{3,120}/gi;
const comparison =
  /\b(?:the\s)?(?:greater|lesser|higher|lower|larger|smaller|lowest|highest)\sof:?\s(?:\(?[a-z\d]\)\s?)?[^.;]{0,60}$/i;
const between = /\b(?:between|from|of)\s(?:[\w\s-]{1,60}\()?$/i;
const rangeEnd =
  /^\)?\s(?:to|and|through|or|-)\s(?:up\sto\s)?(?:[a-z\s-]{1,60}\()?(?=(?:US|U\.S\.)?\s?[$\u20ac\u00a3]\s?\d|[A-Z]{3}\s?\d)/i;
const factor = /^\)?\s(?:multiplied\sby|times|less\s(?!than)|plus|minus|for\seach\sof)\s[^,;.]{3,120}/i;
const rate =
  /^\)?(?:\s(?:per|a|an)\s(?!(?:total|maximum|minimum|result|party)\b)[a-z-]{2,20}(?:\sof\s[a-z]{3,20})?|\s(?:for|in|during|of)?\s?(?:each|every|any)\s(?!of\b|party)[\w-]{2,20}(?:\s(?:of\s)?[\w-]{2,20})?|\/[a-z]{2,12})(?![\w])/i;

/** The sums that a text states, in its order: sums of money with what belongs to each, and shares of something. */
export function findStatedSums(text: string): StatedSum[] {
  const sums: StatedSum[] = [];
  for (const amount of findAmounts(text)) {
    if (amount.start < (sums.at(-1)?.end ?? 0)) continue;
    sums.push(statedSumAt(text, amount));
  }
  for (const { index, 0: written } of text.matchAll(share)) {
    const end = index + written.trimEnd().length;
    if (sums.some((sum) => sum.start < end && index < sum.end)) continue;
    sums.push({ text: text.slice(index, end), start: index, end });
  }
  return sums.sort((a, b) => a.start - b.start);
}

/** A sum of money with its rate, the other end of its range, or the formula that it is part of. */
export function statedSumAt(text: string, amount: Amount): StatedSum {
  const { start, end, value, currency } = amount;
  const of = currency === undefined ? {} : { currency };
  const before = text.slice(Math.max(0, start - 120), start);
  const after = text.slice(end, end + 160);
  const compared = comparison.exec(before);
  if (compared) {
    const from = start - before.length + compared.index;
    return { text: text.slice(from, endOfClause(text, end)), ...of, start: from, end: endOfClause(text, end) };
  }
  const range = rangeEnd.exec(after);
  const other = range && findAmounts(text.slice(end + range[0].length, end + range[0].length + 40))[0];
  if (range && other?.start === 0 && (between.test(before) || /\s(?:to|-)\s/.test(range[0]))) {
    const from = start - (/\b(?:between|from)\s$/i.exec(before)?.[0].length ?? 0);
    const to = end + range[0].length + other.end;
    const perUnit = rate.exec(text.slice(to, to + 60))?.[0].length ?? 0;
    return { text: text.slice(from, to + perUnit), ...of, start: from, end: to + perUnit };
  }
  const computed = factor.exec(after);
  if (computed) {
    const to = end + computed[0].trimEnd().length;
    return { text: text.slice(start, to), ...of, start, end: to };
  }
  const to = end + (rate.exec(after)?.[0].length ?? 0);
  return { text: text.slice(start, to).replace(')', ''), value, ...of, start, end: to };
}

/** Where a comparison ends: `the greater of $500 and the fees paid in the year`. */
function endOfClause(text: string, from: number): number {
  const reach = /^[^;.]{0,200}?(?=[;.](?:\s|$)|,\s(?:and\s(?:shall|will)|whichever|provided|which)\b|$)/i.exec(
    text.slice(from, from + 220),
  );
  return from + (reach?.[0].trimEnd().length ?? 0);
}
