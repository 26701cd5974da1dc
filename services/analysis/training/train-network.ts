import { categoryCount } from '../src/engine/builtin/network/evidence.ts';
import { sigmoid } from '../src/engine/builtin/network/logistic.ts';
import { contextValue, type NetworkWeights, ownValue, units } from '../src/engine/builtin/network/network.ts';
import { Vocabulary } from '../src/engine/builtin/network/vocabulary.ts';
import type { FeatureTable } from './feature-table.ts';
import { labelsOfSegment, segmentCountOf } from './feature-table.ts';
import { Random } from './random.ts';
import { label } from './segment-labels.ts';

const epochs = 7;
/** Steps shrink from the first to the last in proportion to what is left. */
const firstRate = 0.15;
const lastRate = 0.005;
/** The layers above the embeddings see every segment, so their steps are smaller. */
const outputRate = 0.3;
const hiddenBiasRate = 0.1;
/** Share of the features that each step does not see, so that no single one is relied on. */
const dropout = 0.4;
/** Annotators did not mark every passage of a clause, so unmarked segments of contracts that have it count less. */
const negativeWeightBesideClause = 0.5;
/** A segment that the network is this sure of (sum of its errors) teaches nothing, and rests for an epoch. */
const leastError = 0.004;
const leastGradient = 1e-5;

/** The training segments as rows of the vocabulary. */
interface TrainingRows {
  segments: Int32Array;
  rows: Int32Array;
  /** Own rows of the i-th training segment from `starts[2 * i]`, those around it from `starts[2 * i + 1]` to `starts[2 * i + 2]`. */
  starts: Uint32Array;
}

/**
 * Trains one network with AdaGrad (Duchi et al., 2011), one step size per feature, on the segments of the training contracts.
 *
 * The same table, keys and seed give the same weights, on any machine.
 *
 * @param isTraining by contract.
 */
export function trainNetwork(
  table: FeatureTable,
  isTraining: readonly boolean[],
  keys: Uint32Array,
  seed: number,
): NetworkWeights {
  const data = rowsOf(table, isTraining, keys);
  const hasClause = clausesByContract(table, isTraining.length);
  const trainer = new Trainer(keys.length, new Random(seed));
  const order = Int32Array.from(data.segments.keys());
  const random = new Random(seed + 1);
  const steps = epochs * order.length;
  const rests = new Uint8Array(order.length);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    random.shuffle(order);
    for (const at of order) {
      step++;
      if (rests[at] === 1) {
        rests[at] = 0;
        continue;
      }
      const segment = data.segments[at] ?? 0;
      const rate = firstRate * (1 - step / steps) + lastRate;
      const [from = 0, middle = 0, to = 0] = data.starts.subarray(2 * at, 2 * at + 3);
      const contract = table.contractOf[segment] ?? 0;
      const hasLearned = trainer.step(
        data.rows,
        from,
        middle,
        to,
        labelsOfSegment(table, segment),
        hasClause.subarray(contract * categoryCount, (contract + 1) * categoryCount),
        rate,
      );
      if (!hasLearned) rests[at] = 1;
    }
  }
  return trainer.quantized();
}

function rowsOf(table: FeatureTable, isTraining: readonly boolean[], keys: Uint32Array): TrainingRows {
  const vocabulary = new Vocabulary(keys);
  const segments = Int32Array.from(
    Array.from({ length: segmentCountOf(table) }, (_, segment) => segment).filter(
      (segment) => isTraining[table.contractOf[segment] ?? 0],
    ),
  );
  const starts = new Uint32Array(2 * segments.length + 1);
  let rows = new Int32Array(1 << 20);
  let end = 0;
  for (const [at, segment] of segments.entries()) {
    const [from = 0, middle = 0, to = 0] = table.starts.subarray(2 * segment, 2 * segment + 3);
    const contract = table.contractOf[segment] ?? 0;
    const [openingFrom = 0, openingTo = 0] = table.openingStarts.subarray(contract, contract + 2);
    const most = to - from + openingTo - openingFrom;
    if (end + most > rows.length) {
      const longer = new Int32Array(2 * rows.length);
      longer.set(rows);
      rows = longer;
    }
    starts[2 * at] = end;
    end += vocabulary.lookUp(table.keys.subarray(from, middle), rows.subarray(end));
    starts[2 * at + 1] = end;
    end += vocabulary.lookUp(table.keys.subarray(middle, to), rows.subarray(end));
    end += vocabulary.lookUp(table.openingKeys.subarray(openingFrom, openingTo), rows.subarray(end));
  }
  starts[2 * segments.length] = end;
  return { segments, rows, starts };
}

function clausesByContract(table: FeatureTable, contracts: number): Uint8Array {
  const has = new Uint8Array(contracts * categoryCount);
  for (let segment = 0; segment < segmentCountOf(table); segment++) {
    const contract = table.contractOf[segment] ?? 0;
    for (const [column, value] of labelsOfSegment(table, segment).entries())
      if (value === label.positive) has[contract * categoryCount + column] = 1;
  }
  return has;
}

const mostFeatures = 8192;
const stride = 4;

class Trainer {
  readonly #random: Random;
  readonly #embeddings: Float32Array;
  readonly #embeddingSquares: Float32Array;
  readonly #hiddenBias = new Float32Array(units).fill(0.1);
  readonly #hiddenBiasSquares = new Float32Array(units).fill(1e-3);
  readonly #output = new Float32Array(categoryCount * units);
  readonly #outputSquares = new Float32Array(categoryCount * units).fill(1e-3);
  readonly #outputBias = new Float32Array(categoryCount).fill(-5);
  readonly #outputBiasSquares = new Float32Array(categoryCount).fill(1e-2);
  readonly #rows = new Int32Array(mostFeatures);
  readonly #values = new Float64Array(mostFeatures);
  readonly #hidden = new Float64Array(units);
  readonly #hiddenGradient = new Float64Array(units);
  readonly #errors = new Float64Array(categoryCount);

  constructor(rows: number, random: Random) {
    this.#random = random;
    this.#embeddings = Float32Array.from({ length: rows * units }, () => (random.next() - 0.5) * 0.2);
    this.#embeddingSquares = new Float32Array(rows).fill(1e-4);
    for (let i = 0; i < this.#output.length; i++) this.#output[i] = (random.next() - 0.5) * 0.3;
  }

  /**
   * One step on the segment whose own rows are [from, middle) and those around it [middle, to).
   *
   * @returns whether there was anything to learn.
   */
  step(
    rows: Int32Array,
    from: number,
    middle: number,
    to: number,
    labels: Uint8Array,
    hasClause: Uint8Array,
    rate: number,
  ): boolean {
    const count = this.#choose(rows, from, middle, to);
    this.#forward(count);
    if (this.#measureErrors(labels, hasClause) < leastError) return false;
    this.#updateOutput(rate);
    this.#updateEmbeddings(count, this.#updateHiddenBias(rate), rate);
    return true;
  }

  /** Drops some of the features, and weighs the others more for it. */
  #choose(rows: Int32Array, from: number, middle: number, to: number): number {
    const own = ownValue(middle - from) / (1 - dropout);
    const around = contextValue(to - middle) / (1 - dropout);
    let count = 0;
    for (let i = from; i < to && count < mostFeatures; i++) {
      if (this.#random.next() < dropout) continue;
      this.#rows[count] = rows[i] as number;
      this.#values[count++] = i < middle ? own : around;
    }
    return count;
  }

  #forward(count: number): void {
    const hidden = this.#hidden;
    const embeddings = this.#embeddings;
    hidden.set(this.#hiddenBias);
    const values = this.#values;
    const rows = this.#rows;
    // Four rows share the loads and stores of the sum, which take most of the time; features of value 0 fill the last four.
    for (let i = count; i % stride !== 0; i++) {
      rows[i] = 0;
      values[i] = 0;
    }
    for (let i = 0; i < count; i += stride) {
      const [v0, v1, v2, v3] = [values[i] ?? 0, values[i + 1] ?? 0, values[i + 2] ?? 0, values[i + 3] ?? 0];
      const r0 = (rows[i] as number) * units;
      const r1 = (rows[i + 1] as number) * units;
      const r2 = (rows[i + 2] as number) * units;
      const r3 = (rows[i + 3] as number) * units;
      for (let unit = 0; unit < units; unit++)
        hidden[unit] =
          (hidden[unit] as number) +
          v0 * (embeddings[r0 + unit] as number) +
          v1 * (embeddings[r1 + unit] as number) +
          v2 * (embeddings[r2 + unit] as number) +
          v3 * (embeddings[r3 + unit] as number);
    }
    for (let unit = 0; unit < units; unit++) hidden[unit] = Math.max(0, hidden[unit] as number);
  }

  /** The gradient of the cross-entropy by each logit; returns the sum of their sizes. */
  #measureErrors(labels: Uint8Array, hasClause: Uint8Array): number {
    const hidden = this.#hidden;
    const output = this.#output;
    let sum = 0;
    for (let category = 0; category < categoryCount; category++) {
      let logit = this.#outputBias[category] as number;
      const row = category * units;
      for (let unit = 0; unit < units; unit++) logit += (hidden[unit] as number) * (output[row + unit] as number);
      const error = errorOf(logit, labels[category] ?? 0, hasClause[category] === 1);
      this.#errors[category] = error;
      sum += Math.abs(error);
    }
    return sum;
  }

  #updateOutput(rate: number): void {
    const gradient = this.#hiddenGradient.fill(0);
    const hidden = this.#hidden;
    const output = this.#output;
    const squares = this.#outputSquares;
    for (let category = 0; category < categoryCount; category++) {
      const error = this.#errors[category] as number;
      if (Math.abs(error) < leastGradient) continue;
      const row = category * units;
      for (let unit = 0; unit < units; unit++) {
        const active = hidden[unit] as number;
        if (active <= 0) continue;
        const at = row + unit;
        gradient[unit] = (gradient[unit] as number) + error * (output[at] as number);
        const slope = error * active;
        squares[at] = (squares[at] as number) + slope * slope;
        output[at] = (output[at] as number) - (rate * outputRate * slope) / Math.sqrt(squares[at]);
      }
      const square = (this.#outputBiasSquares[category] as number) + error * error;
      this.#outputBiasSquares[category] = square;
      this.#outputBias[category] =
        (this.#outputBias[category] as number) - (rate * outputRate * error) / Math.sqrt(square);
    }
  }

  /** @returns the mean square of the gradient by a hidden unit. */
  #updateHiddenBias(rate: number): number {
    let squares = 0;
    for (let unit = 0; unit < units; unit++) {
      const slope = this.#hiddenGradient[unit] as number;
      if (slope === 0) continue;
      squares += slope * slope;
      const square = (this.#hiddenBiasSquares[unit] as number) + slope * slope;
      this.#hiddenBiasSquares[unit] = square;
      this.#hiddenBias[unit] = (this.#hiddenBias[unit] as number) - (rate * hiddenBiasRate * slope) / Math.sqrt(square);
    }
    return squares / units;
  }

  #updateEmbeddings(count: number, meanSquare: number, rate: number): void {
    const gradient = this.#hiddenGradient;
    const embeddings = this.#embeddings;
    for (let i = 0; i < count; i++) {
      const feature = this.#rows[i] as number;
      const value = this.#values[i] as number;
      const square = (this.#embeddingSquares[feature] as number) + value * value * meanSquare;
      this.#embeddingSquares[feature] = square;
      const factor = (rate * value) / Math.sqrt(square);
      const row = feature * units;
      for (let unit = 0; unit < units; unit++)
        embeddings[row + unit] = (embeddings[row + unit] as number) - factor * (gradient[unit] as number);
    }
  }

  /** The weights as they are stored: each embedding as integers from -7 to 7 with a scale of its own. */
  quantized(): NetworkWeights {
    const rows = this.#embeddingSquares.length;
    const embeddings = new Int8Array(rows * units);
    const scales = new Float32Array(rows);
    for (let row = 0; row < rows; row++) {
      const values = this.#embeddings.subarray(row * units, (row + 1) * units);
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const scale = largest / mostQuantum;
      scales[row] = scale;
      if (scale > 0)
        embeddings.set(
          values.map((value) => Math.round(value / scale)),
          row * units,
        );
    }
    return {
      embeddings,
      scales,
      hiddenBias: this.#hiddenBias,
      output: this.#output,
      outputBias: this.#outputBias,
    };
  }
}

const mostQuantum = 7;

function errorOf(logit: number, value: number, besideClause: boolean): number {
  if (value === label.unclear) return 0;
  const probability = sigmoid(logit);
  if (value === label.positive) return probability - 1;
  return besideClause ? negativeWeightBesideClause * probability : probability;
}
