import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Replica } from '../shelf/replica.ts';
import { createShelfDatabase, shelf, startShelfRedis } from '../shelf/shelf-stores.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

/** Of each race; more with `RACE_ROUNDS`. */
const rounds = Number(process.env.RACE_ROUNDS ?? 200);
const atOnce = 20;
let one: Replica;
let other: Replica;

beforeAll(async () => {
  const redis = stack.use(await startShelfRedis());
  const database = stack.use(await createShelfDatabase());
  const open = () => stack.use(new Replica({ databaseUrl: database.url, redisUrl: redis.url(shelf.redis.name) }));
  one = open();
  other = open();
  await Promise.all([one.warm(), other.warm()]);
});

it.each([
  ['an update', (id: string) => one.write(id, 'new'), 'new'],
  ['a delete', (id: string) => one.remove(id), undefined],
])(
  '%s during slow fills on both replicas is what every read after its acknowledgement sees',
  async (what, change, expected) => {
    const seen: unknown[] = [];
    const round = async (number: number) => {
      const id = `${expected}-${number}`;
      await one.write(id, 'old');
      const release = Promise.withResolvers<void>();
      const reads = [one, other].map((replica) => replica.title(id, () => release.promise));
      // The fills have read by now, or are about to: the change comes at every distance from them.
      await setTimeout(number % 10);
      const changed = change(id);
      await setTimeout(number % 3);
      const early = number % 2 === 0;
      if (early) release.resolve();
      await changed;
      const afterwards = [other.title(id), one.title(id)];
      release.resolve();
      await Promise.all(reads);
      seen.push(...(await Promise.all(afterwards)), await other.title(id), await one.title(id));
    };
    for (let number = 0; number < rounds; number += atOnce) {
      const count = Math.min(atOnce, rounds - number);
      await Promise.all(Array.from({ length: count }, (_, index) => round(number + index)));
    }
    const stale = seen.filter((title) => title !== expected);
    console.log(`${what} during slow fills: ${rounds} rounds, ${seen.length} reads after it, ${stale.length} stale`);
    expect(stale).toEqual([]);
  },
  20_000 + 50 * rounds,
);
