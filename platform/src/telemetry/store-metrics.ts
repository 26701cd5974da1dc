import type { CacheObserver } from '../cache/cache-observer.ts';
import type { FamilyCounts } from '../cache/cache-statistics.ts';
import type { Backlog } from '../outbox/backlog.ts';
import { type Metrics, sharedRead } from './metrics.ts';
import { metrics as defined } from './names.ts';

/** Connections of a pool. */
export interface PoolState {
  used: number;
  idle: number;
  max: number;
  /** Who waits for one. */
  waiting: number;
}

/** Shows the connections to PostgreSQL. */
export function poolMetrics(metrics: Metrics, { pool }: { readonly pool: PoolState }): void {
  metrics.read(defined.poolConnections, () => [
    { value: pool.used, labels: { db_client_connection_state: 'used' } },
    { value: pool.idle, labels: { db_client_connection_state: 'idle' } },
  ]);
  metrics.read(defined.poolMax, () => [{ value: pool.max, labels: {} }]);
  metrics.read(defined.poolWaiting, () => [{ value: pool.waiting, labels: {} }]);
}

/** Shows what waits to be delivered: also nothing, of the topics that there are. */
export function backlogMetrics(metrics: Metrics, topics: readonly string[], ask: () => Promise<Backlog>): void {
  const read = sharedRead(ask);
  const byTopic = async () => {
    const backlog = await read();
    return topics.map((topic) => {
      const found = backlog.topics.find((each) => each.topic === topic);
      return { topic, waiting: found?.waiting ?? 0, refused: found?.refused ?? 0, oldestMs: found?.oldestMs ?? 0 };
    });
  };
  metrics.read(defined.outboxWaiting, async () =>
    (await byTopic()).flatMap(({ topic, waiting, refused }) => [
      { value: waiting, labels: { topic, state: 'waiting' } },
      { value: refused, labels: { topic, state: 'refused' } },
    ]),
  );
  metrics.read(defined.outboxLag, async () =>
    (await byTopic()).map(({ topic, oldestMs }) => ({ value: oldestMs / 1000, labels: { topic } })),
  );
  metrics.read(defined.invalidationsWaiting, async () => {
    const { waiting, undelivered } = (await read()).invalidations;
    return [
      { value: waiting, labels: { state: 'waiting' } },
      { value: undelivered, labels: { state: 'undelivered' } },
    ];
  });
  metrics.read(defined.invalidationLag, async () => [
    { value: ((await read()).invalidations.oldestMs ?? 0) / 1000, labels: {} },
  ]);
}

/** Shows what the cache does, and whether it agrees with PostgreSQL. */
export function cacheMetrics(metrics: Metrics, observer: CacheObserver): void {
  const ofFamilies =
    <S>(samplesOf: (family: FamilyCounts) => S[]) =>
    () =>
      observer.statistics().families.flatMap(samplesOf);
  metrics.read(
    defined.cacheReads,
    ofFamilies(({ name: family, hits, misses }) => [
      { value: hits, labels: { family, outcome: 'hit' } },
      { value: misses, labels: { family, outcome: 'miss' } },
    ]),
  );
  metrics.read(
    defined.cacheFills,
    ofFamilies(({ name: family, fills, refusedFills }) => [
      { value: fills, labels: { family, outcome: 'stored' } },
      { value: refusedFills, labels: { family, outcome: 'refused' } },
    ]),
  );
  metrics.read(
    defined.cacheHeals,
    ofFamilies(({ name: family, heals }) => [{ value: heals, labels: { family } }]),
  );
  metrics.read(
    defined.cacheErrors,
    ofFamilies(({ name: family, errors }) => [{ value: errors, labels: { family } }]),
  );
  metrics.read(
    defined.cacheOperations,
    ofFamilies(({ name: family, latencies }) =>
      latencies.map(({ operation, count }) => ({ value: count, labels: { family, operation } })),
    ),
  );
  metrics.read(
    defined.cacheOperationTime,
    ofFamilies(({ name: family, latencies }) =>
      latencies.map(({ operation, totalMs }) => ({ value: totalMs / 1000, labels: { family, operation } })),
    ),
  );
  metrics.read(defined.cacheTrusted, () => [{ value: observer.statistics().trusted ? 1 : 0, labels: {} }]);
  metrics.read(defined.redisConnected, () => [
    { value: observer.statistics().connection === 'up' ? 1 : 0, labels: {} },
  ]);
  metrics.read(defined.consistencyChecked, () => [{ value: observer.sample.checked, labels: {} }]);
  metrics.read(defined.consistencyWrong, () => [{ value: observer.sample.inconsistent, labels: {} }]);
}
