import type { Queryable } from '@contract-reviewer/platform/pg/database';
import type { ExtractionJob } from '../extraction-job.ts';

/** Where the jobs go, in the transaction of the change that wants them. */
export interface ExtractionQueue {
  /** @param ahead how many documents of the same user are still to be read; `Infinity` for what nobody waits for */
  send(transaction: Queryable, job: ExtractionJob, ahead: number): Promise<void>;
}
