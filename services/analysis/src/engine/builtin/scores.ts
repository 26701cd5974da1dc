import {
  type Clause,
  type Coverage,
  type Risk,
  type RiskLevel,
  type RiskScoring,
  riskLevels,
} from '../../domain/analysis.ts';
import type { CuadCategory } from './clauses/categories.ts';
import { leastEnglish } from './legibility.ts';
import { reliability } from './reliability.ts';

/**
 * The risk of a contract in [0, 1): 1 - product of (1 - weight) over its risks. It is 0 without risks, never falls when one is added,
 * and no number of small ones looks like certainty.
 *
 * @param weights how much of the remaining margin a risk of each level takes, in [0, 1)
 * @returns the score, and how it came about
 */
export function scoreRisks(
  risks: readonly Pick<Risk, 'level'>[],
  weights: Readonly<Record<RiskLevel, number>>,
): { riskScore: number; riskScoring: RiskScoring } {
  const counted = riskLevels.map((level) => ({
    level,
    weight: weights[level],
    count: risks.filter((risk) => risk.level === level).length,
  }));
  const riskScore = rounded(1 - counted.reduce((left, { weight, count }) => left * (1 - weight) ** count, 1));
  const factors = counted
    .filter(({ weight, count }) => weight > 0 && count > 0)
    .map(({ weight, count }) => `(1 - ${weight})${count > 1 ? `^${count}` : ''}`);
  const arithmetic = `1 - ${factors.length > 0 ? factors.join(' x ') : '1'} = ${riskScore.toFixed(3)}`;
  return { riskScore, riskScoring: { weights: counted, arithmetic } };
}

/** English prose has at least this share of common words; with less, the text is damaged or in another language. */
const ordinaryEnglish = 0.3;
/** What is left of the confidence when the text does not read like a contract. */
const notAContractFactor = 0.25;

/**
 * How far the 41 answers can be relied on, in [0, 1]: the share of them expected to be right (for each, how often its kind of
 * answer was right on labelled contracts), times the share of the text that was read, times the text's likeness to English
 * (1 from 30 % of common words on, 0 below 15 %), times .25 when it does not read like a contract.
 *
 * @param english share of common English words among the words
 */
export function confidenceScore(
  clauses: readonly Clause[],
  coverage: Coverage,
  { english, isContract }: { english: number; isContract: boolean },
): number {
  if (coverage.totalChars === 0 || clauses.length === 0) return 0;
  const right = clauses.reduce((sum, { category, present }) => {
    const measured = reliability[category as CuadCategory];
    return sum + (present ? measured.present : measured.absent);
  }, 0);
  const language = Math.min(1, Math.max(0, (english - leastEnglish) / (ordinaryEnglish - leastEnglish)));
  const likeness = isContract ? 1 : notAContractFactor;
  return rounded((right / clauses.length) * (coverage.readChars / coverage.totalChars) * language * likeness);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
