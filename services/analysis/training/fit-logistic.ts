import { type LogisticModel, sigmoid } from '../src/engine/builtin/network/logistic.ts';

/** Rows of features with what is to be predicted of each. */
export class Examples {
  readonly width: number;
  #features: Float64Array;
  #targets: Uint8Array;
  count = 0;

  constructor(width: number) {
    this.width = width;
    this.#features = new Float64Array(1024 * width);
    this.#targets = new Uint8Array(1024);
  }

  add(features: Float64Array, target: boolean): void {
    if (this.count === this.#targets.length) {
      const features = new Float64Array(2 * this.#features.length);
      features.set(this.#features);
      this.#features = features;
      const targets = new Uint8Array(2 * this.#targets.length);
      targets.set(this.#targets);
      this.#targets = targets;
    }
    this.#features.set(features, this.count * this.width);
    this.#targets[this.count++] = target ? 1 : 0;
  }

  featuresOf(example: number): Float64Array {
    return this.#features.subarray(example * this.width, (example + 1) * this.width);
  }

  isPositive(example: number): boolean {
    return this.#targets[example] === 1;
  }
}

/** Strength of the quadratic penalty on the weights of standardised features. */
const penalty = 1;
const iterations = 25;
const smallestStep = 1e-9;

/** Fits a logistic regression by Newton's method, on features standardised to mean 0 and deviation 1; the weights returned are for them as they are. */
export function fitLogistic(examples: Examples): LogisticModel {
  const { width } = examples;
  const { means, deviations } = momentsOf(examples);
  const size = width + 1;
  let weights = new Float64Array(size);
  const row = new Float64Array(size).fill(1);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const gradient = new Float64Array(size);
    const hessian = new Float64Array(size * size);
    for (let feature = 0; feature < width; feature++) {
      gradient[feature] = penalty * (weights[feature] ?? 0);
      hessian[feature * size + feature] = penalty;
    }
    // A feature that never varies has no gradient; its bias must not make the system singular.
    hessian[size * size - 1] = 1e-9;
    for (let example = 0; example < examples.count; example++) {
      const features = examples.featuresOf(example);
      let logit = weights[width] ?? 0;
      for (let feature = 0; feature < width; feature++) {
        const value = ((features[feature] ?? 0) - (means[feature] ?? 0)) / (deviations[feature] ?? 1);
        row[feature] = value;
        logit += (weights[feature] ?? 0) * value;
      }
      const probability = sigmoid(logit);
      const error = probability - (examples.isPositive(example) ? 1 : 0);
      const curvature = probability * (1 - probability);
      for (let a = 0; a < size; a++) {
        const value = row[a] as number;
        gradient[a] = (gradient[a] as number) + error * value;
        const scaled = curvature * value;
        for (let b = 0; b <= a; b++)
          hessian[a * size + b] = (hessian[a * size + b] as number) + scaled * (row[b] as number);
      }
    }
    const step = solved(hessian, gradient, size);
    weights = weights.map((weight, at) => weight - (step[at] ?? 0));
    if (step.every((change) => Math.abs(change) < smallestStep)) break;
  }
  const plain = Array.from({ length: width }, (_, feature) => (weights[feature] ?? 0) / (deviations[feature] ?? 1));
  const bias = plain.reduce((sum, weight, feature) => sum - weight * (means[feature] ?? 0), weights[width] ?? 0);
  return { weights: plain, bias };
}

function momentsOf(examples: Examples): { means: Float64Array; deviations: Float64Array } {
  const means = new Float64Array(examples.width);
  const squares = new Float64Array(examples.width);
  for (let example = 0; example < examples.count; example++) {
    for (const [feature, value] of examples.featuresOf(example).entries())
      means[feature] = (means[feature] ?? 0) + value / examples.count;
  }
  for (let example = 0; example < examples.count; example++) {
    for (const [feature, value] of examples.featuresOf(example).entries())
      squares[feature] = (squares[feature] ?? 0) + (value - (means[feature] ?? 0)) ** 2 / examples.count;
  }
  return { means, deviations: squares.map((square) => Math.sqrt(square) || 1) };
}

/** Solves a symmetric positive definite system, of which the lower triangle is given, by Cholesky's method. */
function solved(matrix: Float64Array, right: Float64Array, size: number): Float64Array {
  const lower = matrix.slice();
  const at = (row: number, column: number) => lower[row * size + column] as number;
  for (let column = 0; column < size; column++) {
    for (let row = column; row < size; row++) {
      let sum = at(row, column);
      for (let k = 0; k < column; k++) sum -= at(row, k) * at(column, k);
      lower[row * size + column] = row === column ? Math.sqrt(sum) : sum / at(column, column);
    }
  }
  const solution = right.slice();
  for (let row = 0; row < size; row++) {
    let sum = solution[row] as number;
    for (let k = 0; k < row; k++) sum -= at(row, k) * (solution[k] as number);
    solution[row] = sum / at(row, row);
  }
  for (let row = size - 1; row >= 0; row--) {
    let sum = solution[row] as number;
    for (let k = row + 1; k < size; k++) sum -= at(k, row) * (solution[k] as number);
    solution[row] = sum / at(row, row);
  }
  return solution;
}
