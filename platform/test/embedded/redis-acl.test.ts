import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRedis, type TestRedis } from '../../src/testing/test-redis.ts';

let server: TestRedis;
const clients: Redis[] = [];
let bread: Redis;
let cheese: Redis;
let admin: Redis;

function connect(url: string): Redis {
  const client = new Redis(url);
  clients.push(client);
  return client;
}

beforeAll(async () => {
  server = await startRedis([
    { name: 'bread', keys: ['bread:*', 'breads:*'], channels: ['bread:*'] },
    { name: 'cheese', keys: ['cheese:*'], channels: [] },
  ]);
  bread = connect(server.url('bread'));
  cheese = connect(server.url('cheese'));
  admin = connect(server.url('admin'));
  await bread.set('bread:1', 'rye');
});

afterAll(async () => {
  for (const client of clients) client.disconnect();
  await server[Symbol.asyncDispose]();
});

describe('a user', () => {
  test('does with its own keys what a cache must', async () => {
    expect(await bread.eval("return redis.call('get', KEYS[1])", 1, 'bread:1')).toBe('rye');
    const sha = (await bread.script('LOAD', "return redis.call('pttl', KEYS[1])")) as string;
    expect(await bread.evalsha(sha, 1, 'bread:1')).toBe(-1);
    expect(await bread.multi().set('breads:list', '[]', 'PX', 1_000).del('breads:list').exec()).toHaveLength(2);
    expect((await bread.scan(0, 'MATCH', 'bread:*'))[1]).toEqual(['bread:1']);
    expect(await bread.info('server')).toContain('run_id:');
    expect(await bread.client('ID')).toBeGreaterThan(0);
  });

  for (const [command = '', ...args] of [
    ['get', 'bread:1'],
    ['set', 'bread:1', 'x'],
    ['del', 'bread:1'],
    ['ttl', 'bread:1'],
    ['rename', 'bread:1', 'cheese:1'],
    ['eval', "return redis.call('get', KEYS[1])", '1', 'bread:1'],
    ['eval', "return redis.call('get', 'bread:1')", '0'],
    ['publish', 'bread:news', 'x'],
    ['subscribe', 'bread:news'],
  ]) {
    test(`is refused the keys and channels of others: ${command} ${args.join(' ')}`, async () => {
      await expect(cheese.call(command, ...args)).rejects.toThrow(/NOPERM|permission|can't access/);
    });
  }

  for (const [command = '', ...args] of [
    ['flushall'],
    ['flushdb'],
    ['keys', '*'],
    ['config', 'get', '*'],
    ['acl', 'list'],
    ['shutdown'],
    ['replicaof', 'no', 'one'],
    ['client', 'kill', 'type', 'normal'],
    ['script', 'flush'],
    ['function', 'flush'],
    ['monitor'],
  ]) {
    test(`has no power over the server: ${command} ${args.join(' ')}`, async () => {
      await expect(bread.call(command, ...args)).rejects.toThrow(/NOPERM/);
    });
  }

  test('publishes to and hears its own channels', async () => {
    const subscriber = connect(server.url('bread'));
    const heard = Promise.withResolvers<string>();
    subscriber.on('message', (_channel, message) => heard.resolve(message));
    await subscriber.subscribe('bread:news');
    await bread.publish('bread:news', 'fresh');
    expect(await heard.promise).toBe('fresh');
  });
});

test('nobody gets in without a name and its password', async () => {
  const stranger = new Redis({ port: server.port, lazyConnect: true, retryStrategy: () => null });
  stranger.on('error', () => undefined);
  clients.push(stranger);
  await expect(stranger.get('bread:1')).rejects.toThrow(/NOAUTH|NOPERM/);
});

test('the cache makes room for new entries and writes nothing to disk', async () => {
  expect(await admin.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'allkeys-lru']);
  expect(await admin.config('GET', 'save')).toEqual(['save', '']);
  expect(await admin.config('GET', 'appendonly')).toEqual(['appendonly', 'no']);
});

test('users are there again after a restart', async () => {
  // Who is not asked any more might still be greeting the new server when the test ends.
  for (const client of clients) if (client !== bread && client !== cheese) client.disconnect();
  await server.restart();
  expect(await bread.set('bread:2', 'oat')).toBe('OK');
  await expect(cheese.get('bread:2')).rejects.toThrow(/NOPERM/);
});
