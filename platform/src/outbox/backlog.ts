import type { Database } from '../pg/database.ts';

/** The messages of one topic that wait to be delivered. */
export interface TopicBacklog {
  topic: string;
  waiting: number;
  /** Those among them of which a delivery has failed. */
  refused: number;
  /** How long the oldest has been waiting. */
  oldestMs: number;
}

/** Invalidations that are not known to be delivered. */
export interface InvalidationBacklog {
  waiting: number;
  /** Those among them whose writer could not reach Redis; while there is one, nobody believes Redis. */
  undelivered: number;
  /** How long the oldest has been waiting; undefined if none is. */
  oldestMs: number | undefined;
}

export interface Backlog {
  /** Only topics that have something waiting. */
  topics: TopicBacklog[];
  invalidations: InvalidationBacklog;
}

/** What a service has promised to deliver and has not delivered yet, whichever process promised it. */
export async function readBacklog(database: Database, schema: string): Promise<Backlog> {
  const age = `extract(epoch FROM clock_timestamp() - min(created_at))::float8 * 1000`;
  const [topics, [invalidations]] = await Promise.all([
    database.query<TopicRow>(
      `SELECT topic, count(*)::int AS waiting, count(*) FILTER (WHERE attempts > 0)::int AS refused, ${age} AS oldest_ms
         FROM ${schema}.outbox GROUP BY topic ORDER BY topic`,
    ),
    database.query<InvalidationRow>(
      `SELECT count(*)::int AS waiting, count(*) FILTER (WHERE undelivered)::int AS undelivered, ${age} AS oldest_ms
         FROM ${schema}.cache_invalidations`,
    ),
  ]);
  const { waiting = 0, undelivered = 0, oldest_ms } = invalidations ?? {};
  return {
    topics: topics.map(({ oldest_ms: oldestMs, ...topic }) => ({ ...topic, oldestMs })),
    invalidations: { waiting, undelivered, oldestMs: oldest_ms ?? undefined },
  };
}

interface TopicRow {
  topic: string;
  waiting: number;
  refused: number;
  oldest_ms: number;
}

interface InvalidationRow {
  waiting: number;
  undelivered: number;
  oldest_ms: number | null;
}
