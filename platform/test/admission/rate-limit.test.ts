import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { RateLimit } from '../../src/admission/rate-limit.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { startRedis } from '../../src/testing/test-redis.ts';
import { VirtualClock } from '../auth/virtual-clock.ts';
import { silentLogger } from '../shelf/shelf-stores.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());
const redis = stack.use(await startRedis([{ name: 'gateway', keys: ['gateway:*'], channels: [] }]));

async function connect(): Promise<RedisConnection> {
  const connection = stack.use(new RedisConnection({ url: redis.url('gateway'), logger: silentLogger }));
  connection.connect();
  await vi.waitUntil(() => connection.runId !== undefined);
  return connection;
}

/** Spends a point at a time, leaving room for Redis to answer. @returns how many there were */
async function spendAll(limit: RateLimit, key: string, attempts: number): Promise<number> {
  let spent = 0;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (limit.spend(key, 1) === undefined) spent += 1;
    if (attempt % 20 === 0) await sleep(2);
  }
  return spent;
}

describe('a limit of a thousand points a minute', () => {
  const options = { prefix: 'gateway:rate:user', points: 1000 };

  it('is one for all processes, exact to two blocks of each', async () => {
    const one = new RateLimit({ ...options, redis: await connect() });
    const other = new RateLimit({ ...options, redis: await connect() });
    const spent = await Promise.all([spendAll(one, 'anna', 900), spendAll(other, 'anna', 900)]);
    const total = spent[0] + spent[1];
    expect(total).toBeGreaterThan(1000 - 2 * 2 * 10);
    expect(total).toBeLessThan(1000 + 2 * 40);
    expect(one.refused + other.refused).toBe(1800 - total);
    expect(one.spend('berta', 1)).toBeUndefined();
  });

  it('asks Redis for a block at a time', async () => {
    const connection = await connect();
    const asked = vi.spyOn(connection, 'run');
    await spendAll(new RateLimit({ ...options, redis: connection }), 'carla', 500);
    expect(asked.mock.calls.length).toBeGreaterThan(10);
    expect(asked.mock.calls.length).toBeLessThan(110);
  });

  it('says how long to wait, and is whole again then', async () => {
    const clock = new VirtualClock();
    const limit = new RateLimit({ ...options, redis: undefined, clock });
    expect(limit.spend('dora', 1000)).toBeUndefined();
    await vi.waitUntil(() => limit.spend('dora', 1) !== undefined);
    const waitMs = limit.spend('dora', 1) as number;
    expect(waitMs).toBeGreaterThan(50_000);
    expect(waitMs).toBeLessThanOrEqual(60_000);
    clock.pass(waitMs);
    expect(limit.spend('dora', 1)).toBeUndefined();
  });

  it('goes on in the process while Redis hangs, and delays nobody', async () => {
    const limit = new RateLimit({ ...options, redis: await connect() });
    redis.pause();
    try {
      const startedAt = performance.now();
      for (let count = 0; count < 50; count += 1) expect(limit.spend('emma', 10)).toBeUndefined();
      expect(performance.now() - startedAt).toBeLessThan(50);
      await spendAll(limit, 'emma', 600);
      // What was spent before it was clear that Redis does not answer counts as well.
      await vi.waitUntil(() => limit.spend('emma', 1) !== undefined);
    } finally {
      redis.resume();
    }
  });
});
