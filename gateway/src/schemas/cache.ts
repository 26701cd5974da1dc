import type {
  Backlog,
  CacheFamilyStats,
  CacheStats,
  ConsistencySample,
  KeyspaceStats,
  OperationLatency,
} from '@contract-reviewer/proto/common/v1/cache';
import { type Static, type TSchema, Type } from 'typebox';
import type { ServiceName } from '../services.ts';
import { named, oneOf, refTo } from './schema.ts';

const Count = Type.Integer({ minimum: 0 });
const Ratio = Type.Number({ minimum: 0, maximum: 1 });

function orNoData<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()], { description: 'null: no data yet' });
}

const latencyFields = Type.Object({
  operation: Type.String({ description: 'get, lease, load (from PostgreSQL) or fill' }),
  count: Count,
  mean_ms: Type.Number(),
  max_ms: Type.Number(),
});

const familyFields = Type.Object({
  name: Type.String(),
  hits: Count,
  misses: Count,
  hit_ratio: orNoData(Ratio),
  fills: Count,
  refused_fills: Count,
  heals: Count,
  errors: Count,
  latencies: Type.Array(latencyFields),
});

const keyspaceFields = Type.Object({ hits: Count, misses: Count, hit_ratio: orNoData(Ratio) });
const sampleFields = Type.Object({ checked: Count, inconsistent: Count, inconsistency_ratio: orNoData(Ratio) });

const Seconds = Type.Number({ minimum: 0 });

const backlogFields = Type.Object({
  topics: Type.Array(
    Type.Object({
      topic: Type.String(),
      waiting: Count,
      refused: Type.Integer({ minimum: 0, description: 'Those of which a delivery has failed.' }),
      oldest_seconds: Seconds,
    }),
    { description: 'Topics of the outbox that have messages waiting.' },
  ),
  invalidations: Type.Object(
    {
      waiting: Count,
      undelivered: Type.Integer({
        minimum: 0,
        description: 'Those whose writer could not reach Redis; while there is one, nobody believes Redis.',
      }),
      oldest_seconds: orNoData(Seconds),
    },
    { description: 'Cache entries that are stale and not known to be gone from Redis.' },
  ),
});

export const ServiceCacheSchema = named(
  'ServiceCache',
  {
    service: oneOf(['document', 'analysis', 'session']),
    status: oneOf(['reachable', 'unreachable'], 'unreachable: nothing is known of this service at the moment'),
    connection: orNoData(oneOf(['up', 'down', 'none'], 'none: no Redis is configured')),
    trusted: orNoData(Type.Boolean({ description: 'Whether reads may believe Redis at this moment.' })),
    families: Type.Array(familyFields),
    keyspace: Type.Union([keyspaceFields, Type.Null()], {
      description: "Redis' own keyspace_hits and keyspace_misses, over all keys of all its users.",
    }),
    sample: Type.Union([sampleFields, Type.Null()], {
      description: 'What the checks of random entries found, which go on all the time.',
    }),
    backlog: Type.Union([backlogFields, Type.Null()], {
      description: 'What waits in PostgreSQL to be delivered, whichever process put it there.',
    }),
  },
  'What one process of a service does with its cache, counted since the process started.',
);

export const CacheOverviewSchema = named(
  'CacheOverview',
  {
    services: Type.Array(refTo(ServiceCacheSchema)),
    hint: Type.String({ description: 'What null means.' }),
  },
  'The caches of all services.',
);

type ServiceCache = Static<typeof ServiceCacheSchema>;

const unknown = { connection: null, trusted: null, families: [], keyspace: null, sample: null, backlog: null };

export function unreachableCache(service: ServiceName): ServiceCache {
  return { service, status: 'unreachable', ...unknown };
}

export function serviceCacheBody(service: ServiceName, stats: CacheStats): ServiceCache {
  return {
    service,
    status: 'reachable',
    connection: stats.connection as 'up' | 'down' | 'none',
    trusted: stats.trusted,
    families: stats.families.map(familyBody),
    keyspace: stats.keyspace ? keyspaceBody(stats.keyspace) : null,
    sample: stats.sample ? sampleBody(stats.sample) : null,
    backlog: stats.backlog ? backlogBody(stats.backlog) : null,
  };
}

function familyBody(family: CacheFamilyStats) {
  return {
    name: family.name,
    hits: Number(family.hits),
    misses: Number(family.misses),
    hit_ratio: family.hitRatio ?? null,
    fills: Number(family.fills),
    refused_fills: Number(family.refusedFills),
    heals: Number(family.heals),
    errors: Number(family.errors),
    latencies: family.latencies.map(latencyBody),
  };
}

function latencyBody({ operation, count, meanMs, maxMs }: OperationLatency) {
  return { operation, count: Number(count), mean_ms: meanMs, max_ms: maxMs };
}

function keyspaceBody({ hits, misses, hitRatio }: KeyspaceStats) {
  return { hits: Number(hits), misses: Number(misses), hit_ratio: hitRatio ?? null };
}

function sampleBody({ checked, inconsistent, inconsistencyRatio }: ConsistencySample) {
  return {
    checked: Number(checked),
    inconsistent: Number(inconsistent),
    inconsistency_ratio: inconsistencyRatio ?? null,
  };
}

function backlogBody({ topics, invalidations }: Backlog) {
  return {
    topics: topics.map(({ topic, waiting, refused, oldestSeconds }) => ({
      topic,
      waiting: Number(waiting),
      refused: Number(refused),
      oldest_seconds: oldestSeconds,
    })),
    invalidations: {
      waiting: Number(invalidations?.waiting ?? 0),
      undelivered: Number(invalidations?.undelivered ?? 0),
      oldest_seconds: invalidations?.oldestSeconds ?? null,
    },
  };
}
