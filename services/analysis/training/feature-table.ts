import { categoryCount } from '../src/engine/builtin/network/evidence.ts';
import type { DocumentFeatures } from '../src/engine/builtin/network/features.ts';

/**
 * The features and labels of all segments of a corpus, flat and shared between threads. The keys of segment `i` are its own from `starts[2 * i]`, and
 * those around it from `starts[2 * i + 1]` to `starts[2 * i + 2]`; the opening of contract `c` is from `openingStarts[c]` on.
 */
export interface FeatureTable {
  keys: Uint32Array;
  starts: Uint32Array;
  contractOf: Uint32Array;
  openingKeys: Uint32Array;
  openingStarts: Uint32Array;
  /** A row of labels per segment. */
  labels: Uint8Array;
}

export class FeatureTableBuilder {
  readonly #keys: Uint32Array[] = [];
  readonly #starts: number[] = [0];
  readonly #contractOf: number[] = [];
  readonly #openings: Uint32Array[] = [];
  readonly #labels: Uint8Array[] = [];

  get segmentCount(): number {
    return this.#contractOf.length;
  }

  /** Adds the next contract. */
  add(document: DocumentFeatures, labels: Uint8Array): void {
    for (let segment = 0; segment < document.segmentCount; segment++) {
      const { own, context } = document.of(segment);
      this.#append(own);
      this.#append(context);
      this.#contractOf.push(this.#openings.length);
    }
    this.#openings.push(document.opening);
    this.#labels.push(labels);
  }

  build(): FeatureTable {
    const openingStarts = [0];
    for (const { length } of this.#openings) openingStarts.push((openingStarts.at(-1) ?? 0) + length);
    return {
      keys: joined(this.#keys),
      starts: shared(this.#starts),
      contractOf: shared(this.#contractOf),
      openingKeys: joined(this.#openings),
      openingStarts: shared(openingStarts),
      labels: joinedBytes(this.#labels),
    };
  }

  #append(keys: Uint32Array): void {
    this.#keys.push(keys);
    this.#starts.push((this.#starts.at(-1) ?? 0) + keys.length);
  }
}

export function segmentCountOf({ contractOf }: FeatureTable): number {
  return contractOf.length;
}

/** The labels of a segment. */
export function labelsOfSegment({ labels }: FeatureTable, segment: number): Uint8Array {
  return labels.subarray(segment * categoryCount, (segment + 1) * categoryCount);
}

function shared(values: readonly number[]): Uint32Array {
  const array = new Uint32Array(new SharedArrayBuffer(values.length * Uint32Array.BYTES_PER_ELEMENT));
  array.set(values);
  return array;
}

function joined(arrays: readonly Uint32Array[]): Uint32Array {
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const all = new Uint32Array(new SharedArrayBuffer(length * Uint32Array.BYTES_PER_ELEMENT));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

function joinedBytes(arrays: readonly Uint8Array[]): Uint8Array {
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const all = new Uint8Array(new SharedArrayBuffer(length));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}
