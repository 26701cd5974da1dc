import { categoryCount, type Evidence } from '../src/engine/builtin/network/evidence.ts';
import { answersOf, type ContractAnswers } from './answers.ts';
import type { Corpus } from './corpus.ts';
import type { EnsemblePool } from './ensemble-pool.ts';
import { fitDecision, type Judged } from './fit-decision.ts';

/** Lets ensembles that have not seen a contract judge it. */
export async function judgeUnseen(
  corpus: Corpus,
  folds: readonly number[],
  pool: EnsemblePool,
  onEnsemble: () => void,
): Promise<Judged[]> {
  const judged: Judged[] = [];
  await Promise.all(
    [...new Set(folds)].map(async (fold) => {
      const { logits } = await pool.trainWithout((contract) => folds[contract] === fold);
      for (const [contract, own] of logits) judged[contract] = judgedBy(corpus, contract, own);
      onEnsemble();
    }),
  );
  return judged;
}

/**
 * Answers for every contract by a model that has seen nothing of its fold, neither its networks nor what weighs their evidence.
 *
 * The weighing of a fold is learned from the other folds, each judged by networks that have seen neither it nor the fold that is scored; one
 * ensemble without two folds serves both of them.
 */
export async function crossValidate(
  corpus: Corpus,
  folds: readonly number[],
  pool: EnsemblePool,
  onEnsemble: (done: number, all: number) => void,
): Promise<ContractAnswers[]> {
  const numbers = [...new Set(folds)].sort((a, b) => a - b);
  const pairs = numbers.flatMap((a) => numbers.filter((b) => b > a).map((b): [number, number] => [a, b]));
  let done = 0;
  const step = () => onEnsemble(++done, numbers.length + pairs.length);
  const learnedFrom = new Map(numbers.map((fold): [number, Judged[]] => [fold, []]));
  const scored = judgeUnseen(corpus, folds, pool, step);
  await Promise.all(
    pairs.map(async ([a, b]) => {
      const { logits } = await pool.trainWithout((contract) => folds[contract] === a || folds[contract] === b);
      for (const [contract, own] of logits)
        learnedFrom.get(folds[contract] === a ? b : a)?.push(judgedBy(corpus, contract, own));
      step();
    }),
  );
  const position = new Map(corpus.contracts.map(({ contract }, index) => [contract, index]));
  const decisions = new Map(
    [...learnedFrom].map(([fold, judged]) => [
      fold,
      fitDecision(judged.sort((a, b) => (position.get(a.contract) ?? 0) - (position.get(b.contract) ?? 0))),
    ]),
  );
  return (await scored).map(({ evidence }, contract) => {
    const decision = decisions.get(folds[contract] ?? 0);
    const prepared = corpus.contracts[contract];
    if (!decision || !prepared) throw new RangeError(`contract ${contract} is in no fold`);
    return answersOf(prepared, evidence, decision);
  });
}

export function judgedBy({ contracts, features }: Corpus, contract: number, logits: Float32Array): Judged {
  const prepared = contracts[contract];
  if (!prepared) throw new RangeError(`there is no contract ${contract}`);
  const evidence: Evidence = { ...prepared.evidence, logits };
  const from = prepared.firstSegment * categoryCount;
  const labels = features.labels.subarray(from, from + prepared.segments.length * categoryCount);
  return { contract: prepared.contract, evidence, labels };
}
