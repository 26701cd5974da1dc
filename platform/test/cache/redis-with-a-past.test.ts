import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../../src/testing/test-database.ts';
import type { TestRedis } from '../../src/testing/test-redis.ts';
import { bookKey, Replica } from '../shelf/replica.ts';
import { createShelfDatabase, shelf, startShelfRedis } from '../shelf/shelf-stores.ts';
import { startTcpProxy, through } from '../tcp-proxy.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let database: TestDatabase;
let redis: TestRedis;

beforeAll(async () => {
  redis = stack.use(await startShelfRedis());
  database = stack.use(await createShelfDatabase());
});

async function open(redisUrl = redis.url(shelf.redis.name)): Promise<Replica> {
  const replica = new Replica({ databaseUrl: database.url, redisUrl });
  await replica.warm();
  return replica;
}

async function asAdmin<T>(work: (admin: Redis) => Promise<T>): Promise<T> {
  const admin = new Redis(redis.url('admin'));
  try {
    return await work(admin);
  } finally {
    admin.disconnect();
  }
}

/** Everything in Redis, as a dump file of that moment would hold it. */
function dump(): Promise<[string, Buffer][]> {
  return asAdmin(async (admin) =>
    Promise.all(
      (await admin.keys('*')).map(async (key): Promise<[string, Buffer]> => [key, await admin.dumpBuffer(key)]),
    ),
  );
}

function restore(past: readonly [string, Buffer][]): Promise<unknown> {
  return asAdmin((admin) => Promise.all(past.map(([key, value]) => admin.restore(key, 60_000, value, 'REPLACE'))));
}

describe('a Redis that comes back with the data and leases of an earlier time', () => {
  it('serves none of it, however it was stored', async () => {
    await using replica = await open();
    await replica.write('emma', 'old');
    await replica.title('emma');
    const past = await dump();
    expect(past.map(([key]) => key)).toContain(bookKey('emma'));
    await replica.write('emma', 'new');

    await redis.restart();
    await restore(past);
    for (const deadline = performance.now() + 3000; performance.now() < deadline; ) {
      expect(await replica.title('emma')).toBe('new');
    }
    await replica.warm();
    expect(await replica.look('emma')).toEqual({ title: 'new', from: 'Redis' });
  });

  it('does not let a fill from before the restart in', async () => {
    await using replica = await open();
    await replica.write('slow', 'old');
    const loaded = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const slow = replica.title('slow', () => {
      loaded.resolve();
      return released.promise;
    });
    await loaded.promise;
    const past = await dump();
    await replica.write('slow', 'new');
    await redis.restart();
    await restore(past);
    await replica.warm();
    released.resolve();
    expect(await slow).toBe('old');
    expect(await replica.title('slow')).toBe('new');
  });
});

it('a connection that was cut while values changed reads the new ones first', async () => {
  await using network = await startTcpProxy(redis.port);
  await using cutOff = await open(through(network, redis.url(shelf.redis.name)));
  await using other = await open();
  await cutOff.write('away', 'before');
  await cutOff.title('away');
  network.cut();
  await other.write('away', 'after');
  network.restore();
  await cutOff.warm();
  expect(await cutOff.title('away')).toBe('after');
});

it('replicas that were given different servers are slow and never wrong', async () => {
  await using secondRedis = await startShelfRedis();
  await using one = await open();
  await using other = new Replica({ databaseUrl: database.url, redisUrl: secondRedis.url(shelf.redis.name) });
  for (let round = 0; round < 4; round += 1) {
    const [writer, reader] = round % 2 === 0 ? [one, other] : [other, one];
    await Promise.all([writer.title('split'), reader.title('split')]);
    let isAcknowledged = false;
    const write = writer.write('split', `${round}`).then(() => {
      isAcknowledged = true;
    });
    while (!isAcknowledged) await reader.title('split');
    expect(await reader.title('split')).toBe(`${round}`);
    await write;
  }
});
