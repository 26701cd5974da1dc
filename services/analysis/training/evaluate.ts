import { writeFileSync } from 'node:fs';
import { Ensemble } from '../src/engine/builtin/network/clause-model.ts';
import { DocumentReader } from '../src/engine/builtin/network/features.ts';
import { readShippedWeights } from '../src/engine/builtin/network/weights-file.ts';
import { answersOf, type ContractAnswers } from './answers.ts';
import { ProgressLine, runCommand } from './command-line.ts';
import { type Corpus, prepare } from './corpus.ts';
import { crossValidate, judgedBy } from './cross-validate.ts';
import { readDataset } from './cuad.ts';
import { EnsemblePool } from './ensemble-pool.ts';
import { foldCount } from './fold-count.ts';
import { dealFolds } from './folds.ts';
import { reportMeasures } from './report.ts';
import { measureSpeed } from './speed.ts';

const usage = `Usage: npm run evaluate -- PATH [--threads N] [--predictions FILE] [--shipped]

Measures the built-in engine on the labelled contracts in PATH (labels.json and contracts/, see docs/model-card.md): by grouped 5-fold
cross-validation, in which nothing that answers for a contract has seen it or its likes, and how fast the shipped engine is.

  --threads N          networks trained at the same time, each in a thread (1)
  --predictions FILE   write the answers as JSON: [{file, category, present, score, spans: [{start, end, score}]}]
  --shipped            no cross-validation: the shipped weights answer; for contracts that they were not trained on

Exits with 0, with 1 when PATH cannot be used, with 2 on wrong usage.
`;

process.exitCode = await runCommand(
  { usage, flags: ['shipped'], files: ['predictions'] },
  async ({ dataset, threads, flags, files }) => {
    const contracts = readDataset(dataset);
    const reading = new ProgressLine('contracts read');
    const corpus = prepare(contracts, (done) => reading.show(done, contracts.length));
    const answered = flags.shipped ? answersOfShipped(corpus) : await answersByCrossValidation(corpus, threads);
    process.stdout.write(`${reportMeasures(answered)}\n`);
    if (files.predictions !== undefined) writeFileSync(files.predictions, predictionsOf(answered));
    process.stdout.write(`\n${measureSpeed(contracts)}\n`);
    return 0;
  },
);

async function answersByCrossValidation(corpus: Corpus, threads: number): Promise<ContractAnswers[]> {
  await using pool = new EnsemblePool(corpus.features, corpus.contracts.length, threads);
  const training = new ProgressLine('ensembles trained');
  const folds = dealFolds(corpus.contracts, foldCount);
  return await crossValidate(corpus, folds, pool, (done, all) => training.show(done, all));
}

function answersOfShipped(corpus: Corpus): ContractAnswers[] {
  const weights = readShippedWeights();
  const ensemble = new Ensemble(weights);
  return corpus.contracts.map((prepared, index) => {
    const logits = ensemble.logitsOf(new DocumentReader(prepared.segments, prepared.contract.text));
    return answersOf(prepared, judgedBy(corpus, index, logits).evidence, weights.decision);
  });
}

function predictionsOf(answered: readonly ContractAnswers[]): string {
  const lines = answered.flatMap(({ contract, answers }) =>
    answers.map((answer) => JSON.stringify({ file: contract.file, ...answer })),
  );
  return `[\n${lines.join(',\n')}\n]\n`;
}
