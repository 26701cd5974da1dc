import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type TestRedis } from '../../src/testing/test-redis.ts';

let redis: TestRedis;

beforeAll(async () => {
  redis = await startRedis([{ name: 'shelf', keys: ['shelf:*'], channels: [] }]);
});

afterAll(() => redis[Symbol.asyncDispose]());

/** Connects once and does not come back, so that a test sees the failure itself. */
function connect(): Redis {
  const client = new Redis(redis.url('shelf'), { lazyConnect: true, retryStrategy: () => null, commandTimeout: 200 });
  client.on('error', () => undefined);
  return client;
}

async function ping(): Promise<string> {
  const client = connect();
  try {
    return await client.ping();
  } finally {
    client.disconnect();
  }
}

test('a stopped server refuses connections, and a restarted one is on the same url', async () => {
  const url = redis.url('shelf');
  await redis.stop();
  await expect(ping()).rejects.toThrow('Connection is closed');
  await redis.restart();
  expect(redis.url('shelf')).toBe(url);
  expect(await ping()).toBe('PONG');
});

test('a paused server answers nothing until it is resumed', async () => {
  const client = connect();
  await client.ping();
  redis.pause();
  await expect(client.ping()).rejects.toThrow('Command timed out');
  redis.resume();
  expect(await client.ping()).toBe('PONG');
  client.disconnect();
});

test('a paused server can be stopped and restarted', async () => {
  redis.pause();
  await redis.restart();
  expect(await ping()).toBe('PONG');
});
