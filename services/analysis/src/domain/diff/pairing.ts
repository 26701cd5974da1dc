import { likeness, type Profile, profileOf } from './likeness.ts';

export interface Pair<T> {
  before: T;
  after: T;
  /** In [0, 1]. */
  similarity: number;
  /** Whether the two have the same words in the same order. */
  saysTheSame: boolean;
}

/** Which of two lists belong together; each item is in one pair at most, or left over. All in the order of the lists. */
export interface Pairing<T> {
  pairs: Pair<T>[];
  removed: T[];
  added: T[];
}

/** Beyond so many comparisons an item is compared only with those whose place in the other list is near its own. */
const mostComparisons = 40_000;

interface Candidate {
  before: number;
  after: number;
  similarity: number;
}

/**
 * Pairs the items of two lists by how alike their texts read, the most alike first, and among equals those whose places
 * are nearest. So an item that moved, or before which others were put in, is still found.
 *
 * @param least in [0, 1]: what is less alike is not paired
 */
export function pairByLikeness<T>(
  before: readonly T[],
  after: readonly T[],
  textOf: (item: T) => string,
  least: number,
): Pairing<T> {
  const profilesBefore = before.map((item) => profileOf(textOf(item)));
  const profilesAfter = after.map((item) => profileOf(textOf(item)));
  const partners = new Map<number, Candidate>();
  const taken = new Set<number>();
  for (const candidate of candidatesOf(profilesBefore, profilesAfter, least)) {
    if (partners.has(candidate.before) || taken.has(candidate.after)) continue;
    partners.set(candidate.before, candidate);
    taken.add(candidate.after);
  }
  const pairing: Pairing<T> = { pairs: [], removed: [], added: after.filter((_, index) => !taken.has(index)) };
  for (const [index, item] of before.entries()) {
    const partner = partners.get(index);
    if (!partner) {
      pairing.removed.push(item);
      continue;
    }
    pairing.pairs.push({
      before: item,
      after: after[partner.after] as T,
      similarity: partner.similarity,
      saysTheSame: profilesBefore[index]?.words === profilesAfter[partner.after]?.words,
    });
  }
  return pairing;
}

function candidatesOf(before: readonly Profile[], after: readonly Profile[], least: number): Candidate[] {
  const stretch = after.length / Math.max(1, before.length);
  const isFew = before.length * after.length <= mostComparisons;
  const reach = isFew ? after.length : mostComparisons / before.length / 2;
  const found: (Candidate & { distance: number })[] = [];
  for (const [index, profile] of before.entries()) {
    const place = index * stretch;
    const last = Math.min(after.length - 1, Math.ceil(place + reach));
    for (let other = Math.max(0, Math.floor(place - reach)); other <= last; other++) {
      const similarity = likeness(profile, after[other] as Profile);
      if (similarity >= least)
        found.push({ before: index, after: other, similarity, distance: Math.abs(other - place) });
    }
  }
  return found.sort((a, b) => b.similarity - a.similarity || a.distance - b.distance || a.before - b.before);
}
