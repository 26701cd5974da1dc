import { type Metrics, sharedRead } from './metrics.ts';
import { metrics as defined } from './names.ts';

/** The jobs of a queue, of all replicas. */
export interface QueueState {
  waiting: number;
  running: number;
  /** How long the oldest that is due has waited; 0 if none is. */
  lagMs: number;
}

/** A queue whose state can be asked for. */
export interface MeasuredQueue {
  readonly name: string;
  state(): Promise<QueueState>;
}

/** What a queue reports an attempt at a job to. */
export type OnAttempt = (attempt: { queue: string; outcome: 'done' | 'failed'; durationMs: number }) => void;

/** Counts attempts at jobs. */
export function attemptMetrics(metrics: Metrics): OnAttempt {
  const time = metrics.time(defined.jobAttempts);
  return ({ queue, outcome, durationMs }) => time(durationMs / 1000, { queue, outcome });
}

/** Shows what waits in the queues, and for how long. */
export function queueMetrics(metrics: Metrics, queues: readonly MeasuredQueue[]): void {
  const states = sharedRead(() =>
    Promise.all(queues.map(async (queue) => ({ queue: queue.name, ...(await queue.state()) }))),
  );
  metrics.read(defined.jobs, async () =>
    (await states()).flatMap(({ queue, waiting, running }) => [
      { value: waiting, labels: { queue, state: 'waiting' } },
      { value: running, labels: { queue, state: 'running' } },
    ]),
  );
  metrics.read(defined.jobLag, async () =>
    (await states()).map(({ queue, lagMs }) => ({ value: lagMs / 1000, labels: { queue } })),
  );
}
