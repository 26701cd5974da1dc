import { excerptOf } from '@contract-reviewer/platform/text/excerpt';
import type { Span } from '../analysis.ts';
import { dim, tie, wrap } from './layout.ts';

const longestQuote = 480;
const longestOpening = 90;
const mostOpenings = 4;

/** What stands in the contract, and on which pages it stands so. */
interface Passage {
  quote: string;
  pages: number[];
}

/** The passages, those of the same words once: `shown` of them quoted, of some more how they begin, of the rest where they are. */
export function passageLines(spans: readonly Span[], shown: number, indent: number): string[] {
  const passages = passagesOf(spans);
  const more = passages.slice(shown);
  const rest = more.slice(mostOpenings);
  return [
    ...passages.slice(0, shown).map(({ quote, pages }) => `${quoted(quote)} (${place(pages)})`),
    ...more.slice(0, mostOpenings).map(({ quote, pages }) => `also ${place(pages)}: ${quoted(quote, longestOpening)}`),
    ...(rest.length > 0 ? [`and ${rest.length} more: ${place(rest.flatMap(({ pages }) => pages))}`] : []),
  ].flatMap((text) => wrap(text, ' '.repeat(indent), indent).map(dim));
}

/** `2 passages`, or nothing for one. */
export function passageCount(spans: readonly Span[]): string[] {
  const { length } = passagesOf(spans);
  return length > 1 ? [`${length} passages`] : [];
}

function passagesOf(spans: readonly Span[]): Passage[] {
  const byQuote = new Map<string, Passage>();
  for (const { quote, page } of spans) {
    const passage = byQuote.get(quote) ?? { quote, pages: [] };
    passage.pages.push(page);
    byQuote.set(quote, passage);
  }
  return [...byQuote.values()];
}

export function quoted(text: string, longest = longestQuote): string {
  return `"${shortened(text, longest)}"`;
}

/** As one line that is not too long to be read in a list. */
export function shortened(text: string, longest = longestQuote): string {
  return excerptOf(text.replace(/\s+/g, ' ').trim(), longest);
}

/** `p. 3`, `p. 3, 7`, which no line breaks up. */
export function place(pages: readonly number[]): string {
  return `p.${tie}${[...new Set(pages)].join(`,${tie}`)}`;
}
