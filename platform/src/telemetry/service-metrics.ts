import type { CacheObserver } from '../cache/cache-observer.ts';
import { readBacklog } from '../outbox/backlog.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Database } from '../pg/database.ts';
import { type MeasuredQueue, queueMetrics } from './job-metrics.ts';
import type { Metrics } from './metrics.ts';
import { backlogMetrics, cacheMetrics, poolMetrics } from './store-metrics.ts';
import { type HasWorkers, workerMetrics } from './worker-metrics.ts';

/** The parts of a service that tell how they are. */
export interface MeasuredService {
  database: Database;
  schema: string;
  outbox: Outbox;
  /** Undefined: there is no cache. */
  observer: CacheObserver | undefined;
  queues?: readonly MeasuredQueue[];
  /** By the names of their pools. */
  workers?: Readonly<Record<string, HasWorkers>>;
}

/** Shows the parts of a service whenever Prometheus asks. What they count themselves they are given functions for. */
export function measureService(metrics: Metrics, service: MeasuredService): void {
  const { database, schema, outbox, observer, queues, workers } = service;
  poolMetrics(metrics, database);
  backlogMetrics(metrics, outbox.topics, () => readBacklog(database, schema));
  if (observer) cacheMetrics(metrics, observer);
  if (queues) queueMetrics(metrics, queues);
  if (workers) workerMetrics(metrics, workers);
}
