import { expect, test } from 'vitest';
import { cuadCategories } from '../../../src/engine/builtin/clauses/categories.ts';
import { logitOf } from '../../../src/engine/builtin/network/logistic.ts';
import type { ContractAnswers } from '../../../training/answers.ts';
import { Examples, fitLogistic } from '../../../training/fit-logistic.ts';
import { allColumns, passageMeasures, presenceMeasures } from '../../../training/measures.ts';

const text = 'The law of Oregon governs. Nobody may assign this. The price is fixed for one year.';
const law: [number, number] = [0, 26];
const assignment: [number, number] = [27, 50];
const price: [number, number] = [51, text.length];

function answered(
  marked: Partial<Record<string, [number, number][]>>,
  answers: Partial<Record<string, { present: boolean; spans: [start: number, end: number, score: number][] }>>,
): ContractAnswers {
  return {
    contract: { file: 'a.txt', title: 'A', text, spans: cuadCategories.map((category) => marked[category]) },
    answers: cuadCategories.map((category) => {
      const { present = false, spans = [] } = answers[category] ?? {};
      return { category, present, score: 0.5, spans: spans.map(([start, end, score]) => ({ start, end, score })) };
    }),
  };
}

test('presence counts contracts, and categories that occur nowhere have no part in the mean', () => {
  const contracts = [
    answered(
      { 'Governing Law': [law], 'Anti-Assignment': [assignment] },
      { 'Governing Law': { present: true, spans: [] }, 'Price Restrictions': { present: true, spans: [] } },
    ),
  ];
  // One right, one missed, one wrong; the two categories that occur have F1 1 and 0.
  expect(presenceMeasures(contracts, allColumns)).toEqual({ microF1: 0.5, macroF1: 0.5 });
});

test('a passage is right when half of its words are marked, and the area is that under precision and recall', () => {
  const contracts = [
    answered(
      { 'Governing Law': [law], 'Anti-Assignment': [assignment] },
      {
        'Governing Law': { present: true, spans: [[...law, 0.9]] },
        'Anti-Assignment': {
          present: true,
          spans: [
            [...price, 0.8],
            [assignment[0], assignment[1] - 6, 0.7],
          ],
        },
      },
    ),
  ];
  const { aupr, precisionAt80Recall, mostRecall } = passageMeasures(contracts, allColumns);
  expect(mostRecall).toBe(1);
  expect(precisionAt80Recall).toBeCloseTo(2 / 3);
  // Precision is 1 up to recall .5, then falls to 2/3, and stays, made monotone, on the line between.
  expect(aupr).toBeCloseTo(0.5 + 0.5 * (2 / 3), 1);
});

test('a logistic regression finds the weights that made its examples', () => {
  const examples = new Examples(2);
  for (let i = 0; i < 4000; i++) {
    const features = Float64Array.of(((i * 37) % 100) / 25 - 2, (i * 53) % 7);
    const probability = 1 / (1 + Math.exp(-(2 * (features[0] ?? 0) - 0.5 * (features[1] ?? 0) + 1)));
    examples.add(features, ((i * 7919) % 1000) / 1000 < probability);
  }
  const model = fitLogistic(examples);
  expect(model.weights[0]).toBeCloseTo(2, 0);
  expect(model.weights[1]).toBeCloseTo(-0.5, 0);
  expect(logitOf(model, Float64Array.of(0, 0))).toBeCloseTo(1, 0);
});
