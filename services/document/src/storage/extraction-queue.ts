import type { Queryable } from '@contract-reviewer/platform/pg/database';
import type { ExtractionJob } from '../extraction-job.ts';

/** Where the jobs go, in the transaction of the change that wants them. */
export interface ExtractionQueue {
  send(transaction: Queryable, job: ExtractionJob): Promise<void>;
}
