import type {
  Backlog as BacklogMessage,
  CacheFamilyStats,
  CacheStats,
  KeyspaceStats,
  ConsistencySample as SampleMessage,
} from '@contract-reviewer/proto/common/v1/cache';
import type { KeyspaceCounts } from '../cache/cache-inspector.ts';
import type { CacheReport } from '../cache/cache-observer.ts';
import type { FamilyCounts, Latency } from '../cache/cache-statistics.ts';
import type { ConsistencySample } from '../cache/consistency-sampler.ts';
import type { Backlog } from '../outbox/backlog.ts';

/** What a process tells of its cache, or that it has none, and of what waits to be delivered, if that is known. */
export function cacheStatsMessage(report: CacheReport | undefined, backlog: Backlog | undefined): CacheStats {
  return {
    ...(report ? reportMessage(report) : { connection: 'none', trusted: false, families: [] }),
    backlog: backlog && backlogMessage(backlog),
  };
}

function reportMessage({ cache, keyspace, sample }: CacheReport): CacheStats {
  return {
    connection: cache.connection,
    trusted: cache.trusted,
    families: cache.families.map(familyMessage),
    keyspace: keyspace && keyspaceMessage(keyspace),
    sample: sample && sampleMessage(sample),
  };
}

function familyMessage({ latencies, ...family }: FamilyCounts): CacheFamilyStats {
  return {
    name: family.name,
    hits: BigInt(family.hits),
    misses: BigInt(family.misses),
    hitRatio: share(family.hits, family.hits + family.misses),
    fills: BigInt(family.fills),
    refusedFills: BigInt(family.refusedFills),
    heals: BigInt(family.heals),
    errors: BigInt(family.errors),
    latencies: latencies.map(latencyMessage),
  };
}

function latencyMessage({ operation, count, totalMs, maxMs }: Latency) {
  return { operation, count: BigInt(count), meanMs: totalMs / count, maxMs };
}

function keyspaceMessage({ hits, misses }: KeyspaceCounts): KeyspaceStats {
  return { hits: BigInt(hits), misses: BigInt(misses), hitRatio: share(hits, hits + misses) };
}

function sampleMessage({ checked, inconsistent }: ConsistencySample): SampleMessage {
  return {
    checked: BigInt(checked),
    inconsistent: BigInt(inconsistent),
    inconsistencyRatio: share(inconsistent, checked),
  };
}

function backlogMessage({ topics, invalidations }: Backlog): BacklogMessage {
  return {
    topics: topics.map(({ topic, waiting, refused, oldestMs }) => ({
      topic,
      waiting: BigInt(waiting),
      refused: BigInt(refused),
      oldestSeconds: oldestMs / 1000,
    })),
    invalidations: {
      waiting: BigInt(invalidations.waiting),
      undelivered: BigInt(invalidations.undelivered),
      oldestSeconds: invalidations.oldestMs === undefined ? undefined : invalidations.oldestMs / 1000,
    },
  };
}

/** Undefined where there is no data. */
function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
