/** A logistic regression: the probability is 1 / (1 + exp(-(sum of weight * feature + bias))). */
export interface LogisticModel {
  weights: readonly number[];
  bias: number;
}

/** Its logit for the features in `features`, which has one number per weight. */
export function logitOf({ weights, bias }: LogisticModel, features: Float64Array): number {
  let logit = bias;
  for (const [index, weight] of weights.entries()) logit += weight * (features[index] ?? 0);
  return logit;
}

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
