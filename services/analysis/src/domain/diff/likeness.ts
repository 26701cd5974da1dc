/** What a text is compared by: how often each pair of neighbouring words occurs in it. */
export interface Profile {
  /** The words alone, in lower case: texts with the same ones say the same. */
  words: string;
  pairs: ReadonlyMap<string, number>;
  pairCount: number;
}

const edge = '\u0000';

/** Reads a text for comparisons: punctuation, white space and case do not count. */
export function profileOf(text: string): Profile {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+|[%$€£]/gu) ?? [];
  const pairs = new Map<string, number>();
  let previous = edge;
  for (const word of [...words, edge]) {
    const pair = `${previous} ${word}`;
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    previous = word;
  }
  return { words: words.join(' '), pairs, pairCount: words.length + 1 };
}

/**
 * How alike two texts read, in [0, 1]: the Sørensen-Dice coefficient of their pairs of words. 1 for the same words in the
 * same order, 0 where no two neighbours agree.
 */
export function likeness(a: Profile, b: Profile): number {
  if (a.words === b.words) return 1;
  const [small, large] = a.pairs.size <= b.pairs.size ? [a, b] : [b, a];
  let shared = 0;
  for (const [pair, count] of small.pairs) shared += Math.min(count, large.pairs.get(pair) ?? 0);
  return (2 * shared) / (a.pairCount + b.pairCount);
}
