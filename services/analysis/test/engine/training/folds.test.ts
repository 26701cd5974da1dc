import { expect, test } from 'vitest';
import { prepare } from '../../../training/corpus.ts';
import type { LabelledContract } from '../../../training/cuad.ts';
import { dealFolds } from '../../../training/folds.ts';
import { clauseExamples } from '../clause-examples.ts';
import { contract } from '../contracts.ts';

const sentences = clauseExamples.flatMap(({ clauses, lookalikes }) => [...clauses, ...lookalikes]);

/** A contract that shares nothing with those of other numbers. */
function labelled(title: string, number: number, text?: string): LabelledContract {
  const own = sentences.map((sentence, index) => `${number}.${index} ${sentence} It is clause ${number}/${index}.`);
  return { file: `${title}.txt`, title, text: text ?? own.join('\n\n').replaceAll('the', `the${number}`), spans: [] };
}

function foldsOf(contracts: LabelledContract[], count: number): number[] {
  return dealFolds(prepare(contracts, () => undefined).contracts, count);
}

test('contracts of one company are in one fold, and folds are of equal size', () => {
  const titles = ['Alder_1', 'Birch_1', 'Alder_2', 'Cedar_1', 'Birch_2', 'Elm_1'];
  const folds = foldsOf(
    titles.map((title, number) => labelled(title, number)),
    3,
  );
  expect(folds[0]).toBe(folds[2]);
  expect(folds[1]).toBe(folds[4]);
  expect([0, 1, 2].map((fold) => folds.filter((each) => each === fold).length)).toEqual([2, 2, 2]);
});

test('near-duplicates are in one fold, whatever their titles', () => {
  const text = sentences.join('\n\n');
  const changed = contract({ with: sentences });
  const contracts = [labelled('Alder_1', 1, text), labelled('Birch_1', 2), labelled('Cedar_1', 3, changed)];
  const folds = foldsOf(contracts, 2);
  expect(folds[0]).toBe(folds[2]);
  expect(folds[1]).not.toBe(folds[0]);
});
