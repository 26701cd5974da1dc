import { type MessagePort, workerData } from 'node:worker_threads';
import { giveWay } from '@contract-reviewer/platform/background-thread';
import type { Review } from '../../domain/analysis.ts';
import type { ReviewInput } from '../engine.ts';
import { review } from './review.ts';
import type { Ruleset } from './risks/ruleset-schema.ts';

giveWay();

/** What every thread of the pool is given. */
export interface ThreadData {
  ruleset: Ruleset;
}

const { ruleset } = workerData as ThreadData;

export interface ReviewTask {
  input: ReviewInput;
  /** Where progress is reported. */
  progress: MessagePort;
}

/**
 * Reviews one document; runs in a thread of the pool.
 *
 * @public The pool finds it by its name.
 */
export function reviewInThread({ input, progress }: ReviewTask): Review {
  try {
    return review(input, (step) => progress.postMessage(step), ruleset);
  } finally {
    progress.close();
  }
}
