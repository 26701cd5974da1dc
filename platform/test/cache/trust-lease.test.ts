import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PgInvalidationLog } from '../../src/cache/invalidation-log.ts';
import { RedisCache } from '../../src/cache/redis-cache.ts';
import { TrustLease } from '../../src/cache/trust-lease.ts';
import { systemClock } from '../../src/clock.ts';
import { Database } from '../../src/pg/database.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { createShelfDatabase, shelf, silentLogger, startShelfRedis } from '../shelf/shelf-stores.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

const trustLeaseMs = 1000;
let database: Database;
let server: RedisCache;

beforeAll(async () => {
  const redis = stack.use(await startShelfRedis());
  const { url } = stack.use(await createShelfDatabase());
  database = stack.use(new Database({ url, applicationName: 'trust', schema: shelf.schema, logger: silentLogger }));
  server = stack.use(new RedisCache(new RedisConnection({ url: redis.url(shelf.redis.name), logger: silentLogger })));
  server.connect();
  await vi.waitUntil(() => server.runId !== undefined, { timeout: 10_000 });
});

function openTrust(): TrustLease {
  return new TrustLease(server, new PgInvalidationLog(database, shelf.schema), systemClock, silentLogger);
}

async function untilTrusted(trust: TrustLease): Promise<number> {
  const startedAt = performance.now();
  while ((await trust.readEpoch()) === undefined) await setTimeout(10);
  return performance.now() - startedAt;
}

describe('a Redis that was registered', () => {
  it('is not trusted before all trust in the one before has run out, counted from the commit', async () => {
    const committing = Promise.withResolvers<void>();
    const registration = database.transaction(async (transaction) => {
      await transaction.query(`UPDATE shelf.cache_epoch SET epoch = epoch + 1, run_id = $1, in_force = false`, [
        server.runId,
      ]);
      // As when PostgreSQL takes its time to commit: what the statement saw of the clock is long ago by then.
      await committing.promise;
    });
    await setTimeout(1.5 * trustLeaseMs);
    committing.resolve();
    await registration;
    const trust = openTrust();
    expect(await trust.mayDeliver()).toBe(false);
    expect(await untilTrusted(trust)).toBeGreaterThan(trustLeaseMs);
  });

  it('is trusted at once by processes that start when it has long been in force', async () => {
    await untilTrusted(openTrust());
    expect(await untilTrusted(openTrust())).toBeLessThan(trustLeaseMs / 2);
  });
});

describe('a mark of an undelivered invalidation', () => {
  it('ends the trust of every reader within the lease, while what is marked can be delivered', async () => {
    const trust = openTrust();
    await untilTrusted(trust);
    await database.query(
      `INSERT INTO shelf.cache_invalidations (id, keys, undelivered) VALUES (gen_random_uuid(), '{book:1}', true)`,
    );
    const markedAt = performance.now();
    await vi.waitUntil(async () => (await trust.readEpoch()) === undefined, { timeout: 5000, interval: 5 });
    expect(performance.now() - markedAt).toBeLessThan(trustLeaseMs + 20);
    expect(await trust.mayDeliver()).toBe(true);
    await database.query('DELETE FROM shelf.cache_invalidations');
    await vi.waitUntil(async () => (await trust.readEpoch()) !== undefined, { timeout: 5000, interval: 5 });
  });
});
