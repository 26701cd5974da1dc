/** The features that the networks know, each with a row of its own in their tables. */
export class Vocabulary {
  /** The key of each row. */
  readonly keys: Uint32Array;
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #seenIn: Uint32Array;
  #reading = 0;

  /** @param keys different from each other. */
  constructor(keys: Uint32Array) {
    this.keys = keys;
    let capacity = 1024;
    while (capacity < 2 * keys.length) capacity *= 2;
    this.#mask = capacity - 1;
    this.#slots = new Int32Array(capacity).fill(-1);
    this.#seenIn = new Uint32Array(keys.length);
    for (const [row, key] of keys.entries()) this.#slots[this.#slotOf(key)] = row;
  }

  /**
   * The rows of those keys that are known, each once, in the order in which they first occur.
   *
   * @param rows is filled from its start; must be as long as `keys`.
   * @returns how many there are.
   */
  lookUp(keys: Uint32Array, rows: Int32Array): number {
    this.#reading++;
    let count = 0;
    for (const key of keys) {
      const row = this.#slots[this.#slotOf(key)] ?? -1;
      if (row < 0 || this.#seenIn[row] === this.#reading) continue;
      this.#seenIn[row] = this.#reading;
      rows[count++] = row;
    }
    return count;
  }

  /** Where the key is, or the free slot where it would be. Keys are hashes already, so their low bits are as good as any. */
  #slotOf(key: number): number {
    let slot = key & this.#mask;
    for (;;) {
      const row = this.#slots[slot] ?? -1;
      if (row < 0 || this.keys[row] === key) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }
}
