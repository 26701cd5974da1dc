import { excerptOf } from '@contract-reviewer/platform/text/excerpt';
import type { Span } from '../../domain/analysis.ts';
import type { Finding } from './outline.ts';
import { placeOf, quoteOf } from './wording.ts';

const longestOpening = 110;
const mostOpenings = 4;

/** What stands in the contract, and every place where it stands so. */
interface Passage {
  quote: string;
  spans: Span[];
}

/** `2 passages`, or nothing for one. */
export function passageCount(spans: readonly Span[]): string[] {
  const { length } = passagesOf(spans);
  return length > 1 ? [`${length} passages`] : [];
}

/**
 * The passages of a finding, those of the same words once: the first are quoted, of some more one reads how they begin, of
 * the rest where they are.
 */
export function showPassages(spans: readonly Span[], mostQuotes: number): Pick<Finding, 'quotes' | 'lines'> {
  const passages = passagesOf(spans);
  const rest = passages.slice(mostQuotes + mostOpenings);
  return {
    quotes: [
      ...passages.slice(0, mostQuotes).map((passage) => quoteOf(passage, passage.spans)),
      ...passages
        .slice(mostQuotes, mostQuotes + mostOpenings)
        .map(({ quote, spans: places }) => ({ text: excerptOf(quote, longestOpening), place: placeOf(places) })),
    ],
    lines:
      rest.length === 0
        ? []
        : [
            {
              label: 'Also',
              text: `${rest.length} more passages, ${placeOf(rest.flatMap((passage) => passage.spans))}`,
            },
          ],
  };
}

function passagesOf(spans: readonly Span[]): Passage[] {
  const byQuote = new Map<string, Passage>();
  for (const span of spans) {
    const passage = byQuote.get(span.quote) ?? { quote: span.quote, spans: [] };
    passage.spans.push(span);
    byQuote.set(span.quote, passage);
  }
  return [...byQuote.values()];
}
