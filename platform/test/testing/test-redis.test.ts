import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type TestRedis } from '../../src/testing/test-redis.ts';

let redis: TestRedis;

beforeAll(async () => {
  redis = await startRedis([{ name: 'shelf', keys: ['shelf:*'], channels: [] }]);
});

afterAll(() => redis[Symbol.asyncDispose]());

/** Connects once and does not come back, so that a test sees the failure itself. */
async function ping(url: string, timeoutMs = 2_000): Promise<string> {
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.ping();
  } finally {
    client.disconnect();
  }
}

test('a stopped server refuses connections, and a restarted one is on the same url', async () => {
  const url = redis.url('shelf');
  await redis.stop();
  await expect(ping(url)).rejects.toThrow();
  await redis.restart();
  expect(redis.url('shelf')).toBe(url);
  expect(await ping(url)).toBe('PONG');
});

test('a paused server answers nothing until it is resumed', async () => {
  redis.pause();
  await expect(ping(redis.url('shelf'), 200)).rejects.toThrow();
  redis.resume();
  expect(await ping(redis.url('shelf'))).toBe('PONG');
});

test('a paused server can be stopped and restarted', async () => {
  redis.pause();
  await redis.restart();
  expect(await ping(redis.url('shelf'))).toBe('PONG');
});
