import type { PageRange, Span } from '../../domain/analysis.ts';
import { type CodePointIndex, indexCodePoints } from './text/code-points.ts';
import { isSpace } from './text/lines.ts';

/** A range of a document in UTF-16 code units, as everything inside the engine counts. */
export interface TextRange {
  start: number;
  end: number;
}

/** Turns ranges of one document into the spans of the result: code points, quote and page. */
export class SpanBuilder {
  readonly codePoints: CodePointIndex;
  readonly #text: string;
  readonly #pages: readonly PageRange[];

  constructor(text: string, pages: readonly PageRange[]) {
    this.#text = text;
    this.#pages = pages;
    this.codePoints = indexCodePoints(text);
  }

  /** The span of a range, without the white space at its ends. */
  span(range: TextRange): Span {
    const { start, end } = trimmed(this.#text, range);
    const from = this.codePoints.fromUtf16(start);
    return {
      start: from,
      end: this.codePoints.fromUtf16(end),
      quote: this.#text.slice(start, end),
      page: this.#pageOf(from),
    };
  }

  /** The page a code point is on; the one before, if it stands between pages; 1 for a document without pages. */
  #pageOf(offset: number): number {
    let low = 0;
    let high = this.#pages.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#pages[middle]?.start ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return this.#pages[Math.max(0, low - 1)]?.page ?? 1;
  }
}

function trimmed(text: string, { start, end }: TextRange): TextRange {
  let from = start;
  let to = end;
  while (from < to && isSpace(text.charCodeAt(from))) from++;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
  return { start: from, end: to };
}
