import { emptyRoot, type Hash, nodeHash } from './hashing.ts';

/**
 * A Merkle tree as RFC 9162 (section 2.1) defines it, of which only the roots of its largest perfect subtrees are kept:
 * as many as its size has binary ones. That is enough to add leaves and to tell the root after each of them.
 * (Trillian calls it a compact range: https://github.com/transparency-dev/merkle/tree/main/compact.)
 */
export class CompactRange {
  #size: number;
  readonly #peaks: Hash[];

  /**
   * @param peaks roots of the perfect subtrees, the largest first
   * @throws {RangeError} if a tree of that size has another number of them
   */
  constructor(size = 0, peaks: readonly Hash[] = []) {
    if (peaks.length !== onesIn(size)) throw new RangeError(`a tree of ${size} leaves has ${onesIn(size)} peaks`);
    this.#size = size;
    this.#peaks = [...peaks];
  }

  get size(): number {
    return this.#size;
  }

  get peaks(): readonly Hash[] {
    return this.#peaks;
  }

  append(leaf: Hash): void {
    let node = leaf;
    // Each binary one at the end of the size stands for a subtree that is as large as the one that has just become whole.
    for (let size = this.#size; size % 2 === 1; size = Math.floor(size / 2)) {
      node = nodeHash(this.#peaks.pop() as Hash, node);
    }
    this.#peaks.push(node);
    this.#size += 1;
  }

  root(): Hash {
    const smallest = this.#peaks.at(-1);
    if (smallest === undefined) return emptyRoot;
    return this.#peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), smallest);
  }
}

/** Sizes go beyond 32 bits, so no bit operators. */
function onesIn(size: number): number {
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}
