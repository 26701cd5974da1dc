import type {
  CacheFamilyStats,
  CacheStats,
  KeyspaceStats,
  ConsistencySample as SampleMessage,
} from '@contract-reviewer/proto/common/v1/cache';
import type { KeyspaceCounts } from '../cache/cache-inspector.ts';
import type { CacheReport } from '../cache/cache-observer.ts';
import type { FamilyCounts, Latency } from '../cache/cache-statistics.ts';
import type { ConsistencySample } from '../cache/consistency-sampler.ts';

/** What a process that has no Redis tells. */
export const noCacheStats: CacheStats = { connection: 'none', trusted: false, families: [] };

export function cacheStatsMessage({ cache, keyspace, sample }: CacheReport): CacheStats {
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

/** Undefined where there is no data. */
function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
