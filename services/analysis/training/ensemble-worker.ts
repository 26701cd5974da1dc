import { workerData } from 'piscina';
import { Ensemble } from '../src/engine/builtin/network/clause-model.ts';
import type { DocumentFeatures } from '../src/engine/builtin/network/features.ts';
import type { NetworkWeights } from '../src/engine/builtin/network/network.ts';
import { chooseVocabulary } from './choose-vocabulary.ts';
import type { FeatureTable } from './feature-table.ts';
import { trainNetwork } from './train-network.ts';

export interface EnsembleTask {
  /** By contract: false for those that the ensemble must not see. */
  isTraining: boolean[];
  /** One network for each. */
  seeds: readonly number[];
}

export interface TrainedEnsemble {
  keys: Uint32Array;
  networks: NetworkWeights[];
  /** Logits of the contracts that it has not seen, by contract. */
  logits: Map<number, Float32Array>;
}

const table = workerData as FeatureTable;

/**
 * Trains an ensemble and lets it judge the contracts that were kept from it.
 *
 * @public The pool finds it by its name.
 */
export function trainEnsemble({ isTraining, seeds }: EnsembleTask): TrainedEnsemble {
  const keys = chooseVocabulary(table, isTraining);
  const networks = seeds.map((seed) => trainNetwork(table, isTraining, keys, seed));
  const ensemble = new Ensemble({ keys, networks });
  const logits = new Map<number, Float32Array>();
  for (const [contract, isSeen] of isTraining.entries())
    if (!isSeen) logits.set(contract, ensemble.logitsOf(featuresOfContract(contract)));
  return { keys, networks, logits };
}

function featuresOfContract(contract: number): DocumentFeatures {
  const first = table.contractOf.indexOf(contract);
  const last = table.contractOf.lastIndexOf(contract);
  const [from = 0, to = 0] = table.openingStarts.subarray(contract, contract + 2);
  return {
    segmentCount: first < 0 ? 0 : last - first + 1,
    opening: table.openingKeys.subarray(from, to),
    of(segment) {
      const at = 2 * (first + segment);
      const [start = 0, middle = 0, end = 0] = table.starts.subarray(at, at + 3);
      return { own: table.keys.subarray(start, middle), context: table.keys.subarray(middle, end) };
    },
  };
}
