/** Translates offsets of one text between UTF-16 code units (what JavaScript counts) and Unicode code points. */
export interface CodePointIndex {
  /** Length of the text in code points. */
  readonly length: number;
  /** Code-point offset of a UTF-16 offset; an offset between the halves of a pair means the pair's start. */
  fromUtf16(offset: number): number;
  /** UTF-16 offset of a code-point offset. */
  toUtf16(offset: number): number;
}

const surrogatePair = /[\ud800-\udbff][\udc00-\udfff]/;

/**
 * Indexes a text once, so that each translation costs at most a binary search over its astral characters.
 *
 * A text without astral characters needs no index at all: both countings agree. A lone surrogate counts as one code
 * point, as it does when a string is iterated.
 */
export function indexCodePoints(text: string): CodePointIndex {
  if (!surrogatePair.test(text)) {
    return { length: text.length, fromUtf16: (offset) => offset, toUtf16: (offset) => offset };
  }
  const pairs: number[] = [];
  for (const match of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) pairs.push(match.index);
  return {
    length: text.length - pairs.length,
    fromUtf16: (offset) => offset - countBelow(pairs.length, (i) => (pairs[i] ?? 0) < offset),
    toUtf16: (offset) => offset + countBelow(pairs.length, (i) => (pairs[i] ?? 0) - i < offset),
  };
}

/** How many of the indices 0..length-1 hold, where all that hold come before all that do not. */
function countBelow(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
