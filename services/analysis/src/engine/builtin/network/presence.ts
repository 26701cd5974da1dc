import { decisive } from '../clauses/detect.ts';
import { categoryCount, type Evidence, hasRules } from './evidence.ts';
import { sigmoid } from './logistic.ts';

/** How many numbers the presence of a category is decided on. */
export const presenceFeatureCount = 14;

const bound = 12;
const mostProbable = 1 - 1e-6;

/**
 * Fills `features` with what speaks for a category in a whole document: the highest logits, how many segments share them, what the rules found
 * and whether the networks agree with it there, and how common the category is.
 *
 * @param priorLogit the logit of the share of contracts that contain the category.
 */
export function fillPresenceFeatures(
  { segmentCount, logits, rules, named }: Evidence,
  column: number,
  priorLogit: number,
  features: Float64Array,
): void {
  const top = [-bound, -bound, -bound, -bound, -bound];
  let nobody = 0;
  let sum = 0;
  let strongest = 0;
  let decisiveCount = 0;
  let agreed = -bound;
  let halfAgreed = -bound;
  let ruleAtTop = 0;
  for (let segment = 0; segment < segmentCount; segment++) {
    const at = segment * categoryCount + column;
    const logit = logits[at] ?? 0;
    const weight = rules[at] ?? 0;
    if (logit > (top[0] ?? 0)) ruleAtTop = weight;
    if (logit > (top[4] ?? 0)) insert(top, logit);
    const probability = Math.min(sigmoid(logit), mostProbable);
    nobody -= Math.log1p(-probability);
    sum += probability;
    if (weight > strongest) strongest = weight;
    if (weight >= decisive) {
      decisiveCount++;
      if (logit > agreed) agreed = logit;
    }
    if (weight >= decisive / 2 && logit > halfAgreed) halfAgreed = logit;
  }
  const noisyOr = Math.log(Math.expm1(Math.min(Math.max(nobody, 1e-5), bound)));
  features.set([
    clamped(top[0] ?? 0),
    clamped(top[1] ?? 0),
    clamped(top[2] ?? 0),
    clamped(top[4] ?? 0),
    clamped(noisyOr),
    Math.log1p(sum),
    Math.min(strongest, 2),
    Math.log1p(decisiveCount),
    hasRules[column] ? clamped(agreed) : 0,
    hasRules[column] ? clamped(halfAgreed) : 0,
    ruleAtTop,
    hasRules[column] ? 1 : 0,
    named[column] ?? 0,
    priorLogit,
  ]);
}

function clamped(logit: number): number {
  return Math.min(Math.max(logit, -bound), bound);
}

/** Puts a value in its place among the highest, which it exceeds at least the last of. */
function insert(highest: number[], value: number): void {
  let place = highest.length - 1;
  while (place > 0 && value > (highest[place - 1] ?? 0)) {
    highest[place] = highest[place - 1] ?? 0;
    place--;
  }
  highest[place] = value;
}

/** How many numbers a passage of a category is scored on. */
export const passageFeatureCount = 5;

/** Fills `features` with what speaks for one segment being the clause. */
export function fillPassageFeatures(
  { logits, rules }: Evidence,
  segment: number,
  column: number,
  presenceLogit: number,
  features: Float64Array,
): void {
  const at = segment * categoryCount + column;
  const weight = rules[at] ?? 0;
  features.set([
    clamped(logits[at] ?? 0),
    weight,
    weight >= decisive ? 1 : 0,
    clamped(presenceLogit),
    hasRules[column] ? 1 : 0,
  ]);
}
