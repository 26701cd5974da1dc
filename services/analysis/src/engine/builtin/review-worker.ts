import type { MessagePort } from 'node:worker_threads';
import { giveWay } from '@contract-reviewer/platform/background-thread';
import type { Review } from '../../domain/analysis.ts';
import type { ReviewInput } from '../engine.ts';
import { review } from './review.ts';

giveWay();

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
    return review(input, (step) => progress.postMessage(step));
  } finally {
    progress.close();
  }
}
