import { afterAll, describe, expect, it, vi } from 'vitest';
import { RateLimit } from '../../src/admission/rate-limit.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { startRedis } from '../../src/testing/test-redis.ts';
import { VirtualClock } from '../auth/virtual-clock.ts';
import { silentLogger } from '../shelf/shelf-stores.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());
const redis = stack.use(await startRedis([{ name: 'gateway', keys: ['rate:gateway:*'], channels: [] }]));

/** @param commandTimeoutMs more than a busy machine takes, unless a test is about that */
async function connect(commandTimeoutMs = 5000): Promise<RedisConnection> {
  const connection = stack.use(
    new RedisConnection({ url: redis.url('gateway'), logger: silentLogger, commandTimeoutMs }),
  );
  connection.connect();
  await vi.waitUntil(() => connection.runId !== undefined);
  return connection;
}

/** Spends a point at a time, and has Redis answer now and then. @returns how many there were */
async function spendAll(limit: RateLimit, key: string, attempts: number, redis: RedisConnection): Promise<number> {
  let spent = 0;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (limit.spend(key, 1) === undefined) spent += 1;
    if (attempt % 10 === 0) await redis.run((connection) => connection.ping()).catch(() => undefined);
  }
  return spent;
}

describe('a limit of a thousand points a minute', () => {
  const options = { prefix: 'rate:gateway:user', points: 1000 };

  it('is one for all processes, exact to two blocks of each', async () => {
    const connections = [await connect(), await connect()] as const;
    const one = new RateLimit({ ...options, redis: connections[0] });
    const other = new RateLimit({ ...options, redis: connections[1] });
    const spent = await Promise.all([
      spendAll(one, 'anna', 900, connections[0]),
      spendAll(other, 'anna', 900, connections[1]),
    ]);
    const total = spent[0] + spent[1];
    expect(total).toBeGreaterThan(1000 - 2 * 2 * 10);
    expect(total).toBeLessThan(1000 + 2 * 40);
    expect(one.refused + other.refused).toBe(1800 - total);
    expect(one.spend('berta', 1)).toBeUndefined();
  });

  it('asks Redis for a block at a time', async () => {
    const connection = await connect();
    const asked = vi.spyOn(connection, 'run');
    await spendAll(new RateLimit({ ...options, redis: connection }), 'carla', 500, connection);
    const pings = 50;
    expect(asked.mock.calls.length).toBeGreaterThan(pings + 10);
    expect(asked.mock.calls.length).toBeLessThan(pings + 110);
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
    const connection = await connect(100);
    const limit = new RateLimit({ ...options, redis: connection });
    redis.pause();
    try {
      const startedAt = performance.now();
      for (let count = 0; count < 50; count += 1) expect(limit.spend('emma', 10)).toBeUndefined();
      expect(performance.now() - startedAt).toBeLessThan(50);
      await spendAll(limit, 'emma', 600, connection);
      // What was spent before it was clear that Redis does not answer counts as well.
      await vi.waitUntil(() => limit.spend('emma', 1) !== undefined);
    } finally {
      redis.resume();
    }
  });
});
