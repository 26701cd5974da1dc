import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encodeWeights } from '../src/engine/builtin/network/weights-file.ts';
import { ProgressLine, runCommand } from './command-line.ts';
import { prepare } from './corpus.ts';
import { judgeUnseen } from './cross-validate.ts';
import { readDataset } from './cuad.ts';
import { EnsemblePool } from './ensemble-pool.ts';
import { fitDecision } from './fit-decision.ts';
import { foldCount } from './fold-count.ts';
import { dealFolds } from './folds.ts';
import { inputsDigest } from './inputs-digest.ts';

const shipped = fileURLToPath(new URL('../src/engine/builtin/network/weights.bin', import.meta.url));

const usage = `Usage: npm run train -- PATH [--threads N] [--out FILE] [--verify]

Trains the clause model of the built-in engine on the labelled contracts in PATH (labels.json and contracts/, see docs/model-card.md)
and writes its weights. The same contracts and rules give the same bytes, on any machine and with any number of threads.

  --threads N   networks trained at the same time, each in a thread (1)
  --out FILE    where the weights go (the file that the engine ships with)
  --verify      write nothing; say whether the bytes are those of FILE

Exits with 0, with 1 when PATH cannot be used or --verify finds other bytes, with 2 on wrong usage.
`;

process.exitCode = await runCommand(
  { usage, flags: ['verify'], files: ['out'] },
  async ({ dataset, threads, flags, files }) => {
    const contracts = readDataset(dataset);
    const reading = new ProgressLine('contracts read');
    const corpus = prepare(contracts, (done) => reading.show(done, contracts.length));
    const folds = dealFolds(corpus.contracts, foldCount);

    await using pool = new EnsemblePool(corpus.features, contracts.length, threads);
    const training = new ProgressLine('ensembles trained');
    let done = 0;
    const step = () => training.show(++done, foldCount + 1);
    const judging = judgeUnseen(corpus, folds, pool, step);
    const { keys, networks } = await pool.trainWithout(() => false);
    step();
    const decision = fitDecision(await judging);

    const bytes = encodeWeights({ keys, networks, decision, inputsSha256: inputsDigest() });
    const file = files.out ?? shipped;
    if (flags.verify) {
      const isSame = readFileSync(file).equals(bytes);
      process.stdout.write(isSame ? `${file} is what training makes\n` : `${file} is not what training makes\n`);
      return isSame ? 0 : 1;
    }
    writeFileSync(file, bytes);
    process.stdout.write(`${file}: ${bytes.length} bytes\n`);
    return 0;
  },
);
