import type { Metrics } from './metrics.ts';
import { metrics as defined } from './names.ts';

/** Threads or processes that work is given to. */
export interface WorkerPool {
  busy: number;
  max: number;
  /** Work that waits for one of them. */
  waiting: number;
}

/** What has workers, as they are at the moment; undefined if it gives its work to nobody. */
export interface HasWorkers {
  readonly workers?: WorkerPool;
}

/** Shows how busy the pools are, by their names. */
export function workerMetrics(metrics: Metrics, pools: Readonly<Record<string, HasWorkers>>): void {
  const ofPools = (measure: (pool: WorkerPool) => number) => () =>
    Object.entries(pools).flatMap(([pool, { workers }]) =>
      workers ? [{ value: measure(workers), labels: { pool } }] : [],
    );
  metrics.read(
    defined.workersBusy,
    ofPools(({ busy }) => busy),
  );
  metrics.read(
    defined.workersMax,
    ofPools(({ max }) => max),
  );
  metrics.read(
    defined.workersWaiting,
    ofPools(({ waiting }) => waiting),
  );
}
