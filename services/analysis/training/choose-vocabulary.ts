import type { FeatureTable } from './feature-table.ts';
import { segmentCountOf } from './feature-table.ts';

/** Features that fewer segments have are not worth a row, and no more are kept than the file of weights has room for. */
const fewestOwn = 10;
const fewestAround = 20;
const mostKeys = 56_000;

/**
 * The features that the most segments of the training contracts have, in the order of their keys. One around a segment must be twice as common as
 * one of its own.
 *
 * @param isTraining by contract.
 */
export function chooseVocabulary(table: FeatureTable, isTraining: readonly boolean[]): Uint32Array {
  const own = new KeyCounter();
  const around = new KeyCounter();
  const openingWeights = new Map<number, number>();
  for (let segment = 0; segment < segmentCountOf(table); segment++) {
    const contract = table.contractOf[segment] ?? 0;
    if (!isTraining[contract]) continue;
    const [from = 0, middle = 0, to = 0] = table.starts.subarray(2 * segment, 2 * segment + 3);
    own.count(table.keys.subarray(from, middle), 1);
    around.count(table.keys.subarray(middle, to), 1);
    openingWeights.set(contract, (openingWeights.get(contract) ?? 0) + 1);
  }
  for (const [contract, segments] of openingWeights) {
    const [from, to] = table.openingStarts.subarray(contract, contract + 2);
    around.count(table.openingKeys.subarray(from, to), segments);
  }
  const ranked = [...own.atLeast(fewestOwn, 1), ...around.atLeast(fewestAround, fewestOwn / fewestAround)];
  ranked.sort((a, b) => b.rank - a.rank || a.key - b.key);
  return Uint32Array.from(ranked.slice(0, mostKeys), ({ key }) => key).sort();
}

/** Counts in how many sets of keys each key occurs. */
class KeyCounter {
  #sets = 0;
  readonly #counts = new Map<number, { count: number; lastSet: number }>();

  count(keys: Uint32Array, weight: number): void {
    this.#sets++;
    for (const key of keys) {
      const known = this.#counts.get(key);
      if (!known) this.#counts.set(key, { count: weight, lastSet: this.#sets });
      else if (known.lastSet !== this.#sets) {
        known.count += weight;
        known.lastSet = this.#sets;
      }
    }
  }

  *atLeast(fewest: number, factor: number): Generator<{ key: number; rank: number }> {
    for (const [key, { count }] of this.#counts) if (count >= fewest) yield { key, rank: count * factor };
  }
}
