import { cuadCategories } from '../src/engine/builtin/clauses/categories.ts';
import type { ContractAnswers } from './answers.ts';

/** How often presence was told right; the positives are contracts that contain the category. */
export interface Tally {
  right: number;
  wrong: number;
  missed: number;
  rightlyAbsent: number;
}

/** The categories that are not clauses: what the contract is, between whom, and when. */
const identityCategories = new Set<string>([
  'Document Name',
  'Parties',
  'Agreement Date',
  'Effective Date',
  'Expiration Date',
]);
export const clauseColumns = [...cuadCategories.keys()].filter(
  (column) => !identityCategories.has(cuadCategories[column] ?? ''),
);
export const allColumns = [...cuadCategories.keys()];

export function tallyPresence(contracts: readonly ContractAnswers[], column: number): Tally {
  const tally: Tally = { right: 0, wrong: 0, missed: 0, rightlyAbsent: 0 };
  for (const { contract, answers } of contracts) {
    const isThere = contract.spans[column] !== undefined;
    if (answers[column]?.present) tally[isThere ? 'right' : 'wrong']++;
    else tally[isThere ? 'missed' : 'rightlyAbsent']++;
  }
  return tally;
}

export function f1Of({ right, wrong, missed }: Tally): number {
  return right === 0 ? 0 : (2 * right) / (2 * right + wrong + missed);
}

export interface PresenceMeasures {
  microF1: number;
  macroF1: number;
}

export function presenceMeasures(contracts: readonly ContractAnswers[], columns: readonly number[]): PresenceMeasures {
  const tallies = columns.map((column) => tallyPresence(contracts, column));
  const total: Tally = { right: 0, wrong: 0, missed: 0, rightlyAbsent: 0 };
  for (const tally of tallies) for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += tally[key];
  const measured = tallies.filter(({ right, missed }) => right + missed > 0);
  return {
    microF1: f1Of(total),
    macroF1: measured.reduce((sum, tally) => sum + f1Of(tally), 0) / Math.max(1, measured.length),
  };
}

export interface PassageMeasures {
  /** Area under the curve of precision over recall. */
  aupr: number;
  precisionAt80Recall: number;
  mostRecall: number;
}

const leastSimilarity = 0.5;
const wantedRecall = 0.8;

/**
 * How well the marked passages are ranked, as in Hendrycks et al. (2021), "CUAD": all categories together, a passage right when its words and those
 * of a marked one have a Jaccard similarity of .5 or more (a marked party: when it stands in the passage), precision made monotone.
 */
export function passageMeasures(contracts: readonly ContractAnswers[], columns: readonly number[]): PassageMeasures {
  const points: { score: number; isRight: boolean }[] = [];
  let marked = 0;
  for (const { contract, answers } of contracts) {
    const characters = [...contract.text];
    const textOf = (start: number, end: number) => characters.slice(start, end).join('');
    for (const column of columns) {
      const gold = (contract.spans[column] ?? []).map(([start, end]) => {
        const text = textOf(start, end);
        return { text, words: wordsOf(text), best: Number.NEGATIVE_INFINITY };
      });
      marked += gold.length;
      const passages = new Map<string, number>();
      for (const { start, end, score } of answers[column]?.spans ?? []) {
        const text = textOf(start, end);
        passages.set(text, Math.max(score, passages.get(text) ?? Number.NEGATIVE_INFINITY));
      }
      for (const [text, score] of passages) {
        const words = wordsOf(text);
        const matching = gold.filter(
          (each) =>
            similarity(words, each.words) >= leastSimilarity ||
            (cuadCategories[column] === 'Parties' && text.includes(each.text)),
        );
        for (const each of matching) each.best = Math.max(each.best, score);
        if (matching.length === 0) points.push({ score, isRight: false });
      }
      for (const { best } of gold) if (best > Number.NEGATIVE_INFINITY) points.push({ score: best, isRight: true });
    }
  }
  return measuresOf(points, marked);
}

function measuresOf(points: { score: number; isRight: boolean }[], marked: number): PassageMeasures {
  points.sort((a, b) => b.score - a.score);
  const curve = [{ precision: 1, recall: 0 }];
  let right = 0;
  for (const [index, { score, isRight }] of points.entries()) {
    if (isRight) right++;
    if (score !== points[index + 1]?.score) curve.push({ precision: right / (index + 1), recall: right / marked });
  }
  for (let i = curve.length - 2; i >= 0; i--) {
    const point = curve[i];
    if (point) point.precision = Math.max(point.precision, curve[i + 1]?.precision ?? 0);
  }
  let aupr = 0;
  for (const [index, { precision, recall }] of curve.entries()) {
    const previous = curve[index - 1];
    if (previous) aupr += ((recall - previous.recall) * (precision + previous.precision)) / 2;
  }
  return {
    aupr,
    precisionAt80Recall: curve.find(({ recall }) => recall >= wantedRecall)?.precision ?? 0,
    mostRecall: right / marked,
  };
}

function wordsOf(text: string): Set<string> {
  return new Set(
    text
      .replace(/[.,;:]/g, '')
      .toLowerCase()
      .replaceAll('/', ' ')
      .split(' '),
  );
}

function similarity(a: Set<string>, b: Set<string>): number {
  return a.intersection(b).size / a.union(b).size;
}
