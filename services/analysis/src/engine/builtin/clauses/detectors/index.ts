import type { Detector } from '../detector.ts';
import { commercialDetectors } from './commercial.ts';
import { controlDetectors } from './control.ts';
import { liabilityDetectors } from './liability.ts';
import { licenceDetectors } from './licences.ts';
import { restrictionDetectors } from './restrictions.ts';
import { termDetectors } from './term.ts';
import { supplementaryDetectors } from './topics.ts';

/** Every detector of the rule set. */
export const detectors: readonly Detector[] = [
  ...termDetectors,
  ...restrictionDetectors,
  ...commercialDetectors,
  ...licenceDetectors,
  ...liabilityDetectors,
  ...controlDetectors,
  ...supplementaryDetectors,
];
