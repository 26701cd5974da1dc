import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TestDatabase } from '../../src/testing/test-database.ts';
import type { TestRedis } from '../../src/testing/test-redis.ts';
import { bookKey, Replica } from '../shelf/replica.ts';
import { createShelfDatabase, shelf, startShelfRedis } from '../shelf/shelf-stores.ts';
import { startTcpProxy, type TcpProxy, through } from '../tcp-proxy.ts';

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

async function asAdmin<T>(server: TestRedis, work: (admin: Redis) => Promise<T>): Promise<T> {
  const admin = new Redis(server.url('admin'));
  try {
    return await work(admin);
  } finally {
    admin.disconnect();
  }
}

async function invalidationsOf({ database: own }: Replica): Promise<number> {
  return (await own.query('SELECT FROM shelf.cache_invalidations')).length;
}

/** How often each restore is done, on stores of its own per lane so that several go at once; more with `RESTORE_ROUNDS`. */
const rounds = Number(process.env.RESTORE_ROUNDS ?? 4);
const lanes = Math.min(8, rounds);

interface Lane {
  redis: TestRedis;
  /** All that there is between the replicas and Redis. */
  network: TcpProxy;
  replicas: readonly [Replica, Replica];
}

async function openLane(parts: AsyncDisposableStack): Promise<Lane> {
  const ownRedis = parts.use(await startShelfRedis());
  const { url: databaseUrl } = parts.use(await createShelfDatabase());
  const network = parts.use(await startTcpProxy(ownRedis.port));
  const redisUrl = through(network, ownRedis.url(shelf.redis.name));
  const replicas = [new Replica({ databaseUrl, redisUrl }), new Replica({ databaseUrl, redisUrl })] as const;
  for (const replica of replicas) parts.use(replica);
  return { redis: ownRedis, network, replicas };
}

const pasts: [string, (lane: Lane, write: () => Promise<void>) => Promise<void>][] = [
  [
    'was cut off from everybody while values changed, and still has its old keys',
    async ({ network }, write) => {
      network.cut();
      await write();
      network.restore();
    },
  ],
  [
    'was killed when all was delivered, and starts from a dump of before',
    async ({ redis: server, replicas: [replica] }, write) => {
      await asAdmin(server, (admin) => admin.save());
      await write();
      await vi.waitUntil(async () => (await invalidationsOf(replica)) === 0, { timeout: 5000, interval: 5 });
      await server.crash();
      await server.restart();
    },
  ],
];

it.each(pasts)(
  'of a Redis that %s nobody reads an old value, neither first nor later',
  async (what, comeBack) => {
    const counts = { rounds: 0, withOldKeys: 0, reads: 0, stale: 0 };
    const round = async (lane: Lane, id: string) => {
      const [writer] = lane.replicas;
      await Promise.all(lane.replicas.map((replica) => replica.warm()));
      await writer.write(id, 'old');
      await Promise.all(lane.replicas.map((replica) => replica.look(id)));
      await comeBack(lane, () => writer.write(id, 'new'));

      const held = await asAdmin(lane.redis, (admin) => admin.get(bookKey(id)));
      if (held?.includes('old')) counts.withOldKeys += 1;
      await Promise.all(
        lane.replicas.map(async (replica) => {
          for (let from = 'PostgreSQL'; from === 'PostgreSQL'; ) {
            const look = await replica.look(id);
            counts.reads += 1;
            if (look.title !== 'new') counts.stale += 1;
            from = look.from;
          }
        }),
      );
      counts.rounds += 1;
    };
    await using parts = new AsyncDisposableStack();
    const open = await Promise.all(Array.from({ length: lanes }, () => openLane(parts)));
    let begun = 0;
    const run = async (lane: Lane) => {
      while (begun < rounds) {
        begun += 1;
        await round(lane, `restored-${begun}`);
      }
    };
    await Promise.all(open.map(run));
    console.log(`a Redis that ${what}: ${JSON.stringify(counts)}`);
    expect(counts).toMatchObject({ rounds, stale: 0 });
    // What was left behind may be delivered before it is looked for here.
    expect(counts.withOldKeys).toBeGreaterThan(rounds / 2);
  },
  20_000 + 5000 * rounds,
);

describe('a Redis that comes back with the data and leases of an earlier time', () => {
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
    await asAdmin(redis, (admin) => admin.save());
    await replica.write('slow', 'new');
    await redis.crash();
    await redis.restart();
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
  await cutOff.look('away');
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
