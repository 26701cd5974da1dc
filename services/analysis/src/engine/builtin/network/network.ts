/** Hidden units of a network. */
export const units = 64;

/** The numbers of one network, as they are stored. */
export interface NetworkWeights {
  /** One row of `units` small integers per feature. */
  embeddings: Int8Array;
  /** What the integers of each row are multiplied with. */
  scales: Float32Array;
  hiddenBias: Float32Array;
  /** One row of `units` per category. */
  output: Float32Array;
  outputBias: Float32Array;
}

/** The features of a segment as rows of the vocabulary. */
export interface FeatureRows {
  own: Int32Array;
  ownCount: number;
  context: Int32Array;
  contextCount: number;
}

const contextShare = 0.35;
const fewest = 8;

/** What each of `count` own features of a segment counts: the sum of a long segment's features is no longer than a short one's. */
export function ownValue(count: number): number {
  return 1 / Math.sqrt(Math.max(count, fewest));
}

/** What each of `count` features around a segment counts. */
export function contextValue(count: number): number {
  return contextShare / Math.sqrt(Math.max(count, fewest));
}

/** Rows added in one pass over the hidden units; several share the loads and stores of the sum, which take most of the time. */
const stride = 8;

/** Tells how much a segment looks like each category: logit = output * ReLU(sum of value * embedding + bias) + bias. */
export class Network {
  readonly #weights: NetworkWeights;
  readonly #hidden = new Float64Array(units);
  readonly #opening = new Float64Array(units);
  #openingCount = 0;

  constructor(weights: NetworkWeights) {
    this.#weights = weights;
  }

  /** Starts a document: the features of its opening belong to every segment that follows. */
  open(rows: Int32Array, count: number): void {
    this.#opening.fill(0);
    this.#openingCount = count;
    this.#add(this.#opening, rows, count, 1);
  }

  /** Adds the logits of a segment to `logits`, from `at` on, multiplied with `share`. */
  addLogits(rows: FeatureRows, share: number, logits: Float32Array, at: number): void {
    const { hiddenBias, output, outputBias } = this.#weights;
    const hidden = this.#hidden;
    const around = contextValue(rows.contextCount + this.#openingCount);
    for (let unit = 0; unit < units; unit++)
      hidden[unit] = (hiddenBias[unit] as number) + around * (this.#opening[unit] as number);
    this.#add(hidden, rows.own, rows.ownCount, ownValue(rows.ownCount));
    this.#add(hidden, rows.context, rows.contextCount, around);
    for (let unit = 0; unit < units; unit++) hidden[unit] = Math.max(0, hidden[unit] as number);
    for (let category = 0; category < outputBias.length; category++) {
      let logit = outputBias[category] as number;
      const row = category * units;
      for (let unit = 0; unit < units; unit++) logit += (hidden[unit] as number) * (output[row + unit] as number);
      logits[at + category] = (logits[at + category] as number) + share * logit;
    }
  }

  #add(sum: Float64Array, rows: Int32Array, count: number, value: number): void {
    const { embeddings: e, scales } = this.#weights;
    const factor = (i: number): number => value * (scales[rows[i] as number] as number);
    const start = (i: number): number => (rows[i] as number) * units;
    let i = 0;
    for (; i + stride <= count; i += stride) {
      const [r0, r1, r2, r3] = [start(i), start(i + 1), start(i + 2), start(i + 3)];
      const [r4, r5, r6, r7] = [start(i + 4), start(i + 5), start(i + 6), start(i + 7)];
      const [f0, f1, f2, f3] = [factor(i), factor(i + 1), factor(i + 2), factor(i + 3)];
      const [f4, f5, f6, f7] = [factor(i + 4), factor(i + 5), factor(i + 6), factor(i + 7)];
      for (let unit = 0; unit < units; unit++) {
        const first =
          f0 * (e[r0 + unit] as number) +
          f1 * (e[r1 + unit] as number) +
          f2 * (e[r2 + unit] as number) +
          f3 * (e[r3 + unit] as number);
        const second =
          f4 * (e[r4 + unit] as number) +
          f5 * (e[r5 + unit] as number) +
          f6 * (e[r6 + unit] as number) +
          f7 * (e[r7 + unit] as number);
        sum[unit] = (sum[unit] as number) + first + second;
      }
    }
    for (; i < count; i++) {
      const f = factor(i);
      const r = start(i);
      for (let unit = 0; unit < units; unit++) sum[unit] = (sum[unit] as number) + f * (e[r + unit] as number);
    }
  }
}
