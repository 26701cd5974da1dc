import { Piscina } from 'piscina';
import type { EnsembleTask, TrainedEnsemble } from './ensemble-worker.ts';
import type { FeatureTable } from './feature-table.ts';

/** Seeds of the networks of an ensemble. What they make is the same however many threads work. */
const seeds = [20_231, 20_232];

/** Trains ensembles in threads. */
export class EnsemblePool implements AsyncDisposable {
  readonly #pool: Piscina<EnsembleTask, TrainedEnsemble>;
  readonly #contracts: number;

  constructor(table: FeatureTable, contracts: number, threads: number) {
    this.#contracts = contracts;
    this.#pool = new Piscina({
      filename: new URL('./ensemble-worker.ts', import.meta.url).href,
      name: 'trainEnsemble',
      minThreads: threads,
      maxThreads: threads,
      atomics: 'disabled',
      workerData: table,
      execArgv: [],
    });
  }

  /** @param isKept by contract: true for those that the ensemble must not see, and judges in the end. */
  async trainWithout(isKept: (contract: number) => boolean): Promise<TrainedEnsemble> {
    const isTraining = Array.from({ length: this.#contracts }, (_, contract) => !isKept(contract));
    return await this.#pool.run({ isTraining, seeds });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.destroy();
  }
}
