import type { LogisticModel } from './logistic.ts';

/** What turns evidence into answers. */
export interface Decision {
  /** Per category, the logit of the share of contracts that contain it. */
  priorLogits: readonly number[];
  presence: LogisticModel;
  /** The probability from which a category is present, the same for all. */
  threshold: number;
  passage: LogisticModel;
  /** The score from which a passage is quoted, the same for all. */
  passageThreshold: number;
}
