import type { Agreement, FindingSource, Span } from '../../domain/analysis.ts';
import type { Quote } from './outline.ts';

const monthNames = 'January February March April May June July August September October November December'.split(' ');
const longestQuote = 700;

/** `1 March 2027`; whatever is no ISO 8601 calendar date stays as it is. */
export function longDate(date: string): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? [];
  const monthName = monthNames[Number(month) - 1];
  return monthName === undefined ? date : `${Number(day)} ${monthName} ${year}`;
}

/** `p. 3`, `p. 3, 7`, which no line breaks up; nothing for what stands nowhere. */
export function placeOf(spans: readonly Pick<Span, 'page'>[]): string {
  const pages = [...new Set(spans.map(({ page }) => page))];
  return pages.length === 0 ? '' : `p.\u00a0${pages.join(', ')}`;
}

export function quoteOf(span: Span): Quote {
  return { text: shortened(span.quote), place: placeOf([span]) };
}

/** Cut at a word where it is too long to read in a list, and then it says so. */
export function shortened(text: string, longest = longestQuote): string {
  const characters = Array.from(text);
  if (characters.length <= longest) return text;
  const start = characters.slice(0, longest).join('');
  const space = start.lastIndexOf(' ');
  return `${space > start.length / 2 ? start.slice(0, space) : start} [...]`;
}

const engineNames: Readonly<Record<FindingSource, string>> = { builtin: 'built-in engine', model: 'language model' };
const agreementNotes: Readonly<Record<Agreement, string>> = {
  agreed: 'the other engine agrees',
  differs: 'the other engine says something else',
  alone: 'the other engine does not say so',
};

/** Who found it and how the other engine sees it, where not everything was found by the same. */
export function sourceNote(
  { source, agreement }: { source: FindingSource; agreement?: Agreement },
  isMixed: boolean,
): string[] {
  if (!isMixed) return [];
  return [engineNames[source], ...(agreement === undefined ? [] : [agreementNotes[agreement]])];
}

export function isMixed(findings: readonly { source: FindingSource }[]): boolean {
  return findings.some(({ source }) => source === 'model');
}

export function scoreText(score: number): string {
  return score.toFixed(2);
}
