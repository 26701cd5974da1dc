import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { unavailable } from '../../src/errors.ts';
import { readBacklog } from '../../src/outbox/backlog.ts';
import { type DeliveredMessage, Outbox, type OutboxTopic } from '../../src/outbox/outbox.ts';
import { Database } from '../../src/pg/database.ts';
import type { TestDatabase } from '../../src/testing/test-database.ts';
import { createShelfDatabase, shelf, silentLogger } from '../shelf/shelf-stores.ts';

const { schema } = shelf;
const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let testDatabase: TestDatabase;
let database: Database;
let running = new AsyncDisposableStack();

beforeAll(async () => {
  testDatabase = stack.use(await createShelfDatabase());
  database = stack.use(openDatabase());
});

afterEach(async () => {
  await running.disposeAsync();
  running = new AsyncDisposableStack();
  await database.query('DELETE FROM shelf.outbox');
});

function openDatabase(): Database {
  return new Database({ url: testDatabase.url, applicationName: 'outbox', schema, logger: silentLogger });
}

function start(deliver: OutboxTopic['deliver'], batchSize = 10): Outbox {
  const outbox = running.use(
    new Outbox({ database, schema, topics: { news: { batchSize, deliver } }, logger: silentLogger }),
  );
  outbox.start();
  return outbox;
}

function message(payload: object = {}) {
  return { id: randomUUID() as string, topic: 'news', payload };
}

async function send(...payloads: object[]): Promise<void> {
  await database.transaction(async (transaction) => {
    for (const payload of payloads) transaction.emit(message(payload));
  });
}

async function waiting(): Promise<number> {
  return (await database.query('SELECT FROM shelf.outbox')).length;
}

describe('messages of a transaction', () => {
  it('are delivered soon after it commits, with what they were given', async () => {
    const received: DeliveredMessage[] = [];
    start(async (messages) => void received.push(...messages));
    const sent = message({ title: 'Über uns', pages: [1, 2], nested: { at: null } });
    const startedAt = performance.now();
    await database.transaction(async (transaction) => transaction.emit(sent));
    await vi.waitUntil(() => received.length > 0, { interval: 5 });
    expect(performance.now() - startedAt).toBeLessThan(900);
    expect(received).toEqual([{ id: sent.id, payload: sent.payload }]);
  });

  it('that is rolled back are never delivered', async () => {
    const deliver = vi.fn<OutboxTopic['deliver']>(async () => undefined);
    start(deliver);
    const failing = database.transaction(async (transaction) => {
      transaction.emit(message());
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await setTimeout(100);
    expect(deliver).not.toHaveBeenCalled();
    expect(await waiting()).toBe(0);
  });

  it('of another topic are left to whoever has it', async () => {
    start(async () => undefined);
    await database.transaction(async (transaction) => transaction.emit({ ...message(), topic: 'weather' }));
    await setTimeout(200);
    expect(await waiting()).toBe(1);
  });
});

describe('delivery', () => {
  it('comes in batches of the size that the topic allows, and misses none', async () => {
    const batches: number[] = [];
    await send(...Array.from({ length: 95 }, (_, number) => ({ number })));
    start(async (messages) => void batches.push(messages.length));
    await vi.waitUntil(async () => (await waiting()) === 0, { timeout: 5000 });
    expect(Math.max(...batches)).toBe(10);
    expect(batches.reduce((sum, size) => sum + size)).toBe(95);
  });

  it('that fails is tried again until it succeeds', async () => {
    const attempts: string[][] = [];
    await send({ only: 'one' });
    start(async (messages) => {
      attempts.push(messages.map(({ id }) => id));
      if (attempts.length < 3) throw new Error('the receiver is away');
    });
    await vi.waitUntil(() => attempts.length === 3, { timeout: 10_000 });
    expect(new Set(attempts.flat()).size).toBe(1);
    await vi.waitUntil(async () => (await waiting()) === 0, { timeout: 10_000 });
  });

  it('of one message that is refused for ever holds up no other, and is tried again more and more rarely', async () => {
    await send(...Array.from({ length: 50 }, (_, number) => ({ number })));
    const received = new Set<unknown>();
    const refusals: number[] = [];
    start(async (messages) => {
      const numbers = messages.map(({ payload }) => (payload as { number: number }).number);
      if (numbers.includes(17)) {
        if (numbers.length === 1) refusals.push(performance.now());
        throw new Error('refused');
      }
      for (const number of numbers) received.add(number);
    });
    await vi.waitUntil(() => received.size === 49, { timeout: 5000 });
    await send({ number: 50 });
    await vi.waitUntil(() => received.has(50), { timeout: 1000 });

    await vi.waitUntil(() => refusals.length === 3, { timeout: 15_000 });
    const pauses = refusals.slice(1).map((at, index) => at - (refusals[index] as number));
    for (const [index, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual(500 * 2 ** index);
    expect(await readBacklog(database, schema)).toMatchObject({
      topics: [{ topic: 'news', waiting: 1, refused: 1, oldestMs: expect.any(Number) }],
    });
  });

  it('to a receiver that is away, however long, is tried every few seconds', async () => {
    await send({ only: 'one' });
    await database.query('UPDATE shelf.outbox SET attempts = 20');
    start(async () => {
      throw unavailable('away');
    });
    const pauseMs = await vi.waitUntil(
      async () => {
        const [row] = await database.query<{ ms: number }>(
          `SELECT extract(epoch FROM due_at - clock_timestamp())::float8 * 1000 AS ms FROM shelf.outbox WHERE attempts = 21`,
        );
        return row?.ms;
      },
      { timeout: 10_000 },
    );
    expect(pauseMs).toBeGreaterThan(3000);
    expect(pauseMs).toBeLessThanOrEqual(5000);
  });

  it('by several processes at once gives each message to one of them', async () => {
    const received: string[] = [];
    const deliver = async (messages: readonly DeliveredMessage[]) => {
      received.push(...messages.map(({ id }) => id));
      await setTimeout(5);
    };
    await send(...Array.from({ length: 100 }, (_, number) => ({ number })));
    for (let process = 0; process < 4; process += 1) start(deliver, 7);
    await vi.waitUntil(async () => (await waiting()) === 0, { timeout: 5000 });
    expect(received).toHaveLength(100);
    expect(new Set(received).size).toBe(100);
  });

  it('that hangs holds up nobody but itself', async () => {
    await send({ number: 1 }, { number: 2 }, { number: 3 });
    const hanging = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    start(() => {
      begun.resolve();
      return hanging.promise;
    }, 1);
    await begun.promise;
    const received: unknown[] = [];
    start(async (messages) => void received.push(...messages.map(({ payload }) => payload)));
    await vi.waitUntil(() => received.length === 2, { timeout: 10_000 });
    hanging.resolve();
    await vi.waitUntil(async () => (await waiting()) === 0, { timeout: 10_000 });
    expect(received).toHaveLength(2);
  });

  it('does not skip a message whose transaction commits after younger ones were delivered', async () => {
    const received: unknown[] = [];
    start(async (messages) => void received.push(...messages.map(({ payload }) => payload)));
    const commit = Promise.withResolvers<void>();
    const late = database.transaction(async (transaction) => {
      // As `emit` does at the end, but now: this row is the older one.
      await transaction.query(`INSERT INTO shelf.outbox (id, topic, payload) VALUES ($1, 'news', '{"age": "old"}')`, [
        randomUUID(),
      ]);
      await commit.promise;
    });
    await send({ age: 'young' });
    await vi.waitUntil(() => received.length === 1, { timeout: 10_000 });
    commit.resolve();
    await late;
    await vi.waitUntil(() => received.length === 2, { timeout: 3000 });
    expect(received).toEqual([{ age: 'young' }, { age: 'old' }]);
  });

  it('that dies on its way gives its messages back', async () => {
    const dying = openDatabase();
    const begun = Promise.withResolvers<void>();
    const outbox = new Outbox({
      database: dying,
      schema,
      logger: silentLogger,
      topics: {
        news: {
          batchSize: 10,
          deliver: async () => {
            begun.resolve();
            await setTimeout(500);
          },
        },
      },
    });
    await send({ number: 1 }, { number: 2 });
    outbox.start();
    await begun.promise;
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'outbox' AND state = 'idle in transaction'`,
    );
    await outbox[Symbol.asyncDispose]();
    await dying[Symbol.asyncDispose]();
    expect(await waiting()).toBe(2);
    const received: string[] = [];
    start(async (messages) => void received.push(...messages.map(({ id }) => id)));
    await vi.waitUntil(() => received.length === 2, { timeout: 10_000 });
  });
});

describe('an outbox that is disposed of', () => {
  it('finishes what it is delivering and begins nothing more', async () => {
    await send(...Array.from({ length: 3 }, (_, number) => ({ number })));
    const begun = Promise.withResolvers<void>();
    let delivered = 0;
    const outbox = start(async () => {
      begun.resolve();
      await setTimeout(200);
      delivered += 1;
    }, 1);
    await begun.promise;
    await outbox[Symbol.asyncDispose]();
    expect(delivered).toBe(1);
    expect(await waiting()).toBe(2);
  });

  it('does not wait out its pauses', async () => {
    await send({ only: 'one' });
    const outbox = start(async () => {
      throw new Error('the receiver is away');
    });
    await setTimeout(1000);
    const startedAt = performance.now();
    await outbox[Symbol.asyncDispose]();
    expect(performance.now() - startedAt).toBeLessThan(300);
  });
});
