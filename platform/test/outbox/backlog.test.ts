import { afterAll, beforeAll, expect, it } from 'vitest';
import { readBacklog } from '../../src/outbox/backlog.ts';
import { Database } from '../../src/pg/database.ts';
import { createShelfDatabase, shelf, silentLogger } from '../shelf/shelf-stores.ts';

const { schema } = shelf;
const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let database: Database;

beforeAll(async () => {
  const { url } = stack.use(await createShelfDatabase());
  database = stack.use(new Database({ url, applicationName: 'backlog', schema, logger: silentLogger }));
});

it('where nothing waits there is none', async () => {
  expect(await readBacklog(database, schema)).toEqual({
    topics: [],
    invalidations: { waiting: 0, undelivered: 0, oldestMs: undefined },
  });
});

it('tells how much waits and for how long, topic by topic, and what nobody could deliver', async () => {
  await database.query(
    `INSERT INTO shelf.outbox (id, topic, payload, attempts, created_at)
     SELECT gen_random_uuid(), topic, '{}', attempts, clock_timestamp() - age
       FROM (VALUES ('weather', 0, interval '1 minute'), ('news', 0, '1 second'), ('news', 7, '1 hour')) AS message (topic, attempts, age)`,
  );
  await database.query(
    `INSERT INTO shelf.cache_invalidations (id, keys, undelivered, created_at)
     VALUES (gen_random_uuid(), '{book:1}', true, clock_timestamp() - interval '10 seconds'),
            (gen_random_uuid(), '{book:2}', false, clock_timestamp())`,
  );
  const { topics, invalidations } = await readBacklog(database, schema);
  expect(topics).toMatchObject([
    { topic: 'news', waiting: 2, refused: 1 },
    { topic: 'weather', waiting: 1, refused: 0 },
  ]);
  expect(topics.map(({ oldestMs }) => Math.floor(oldestMs / 60_000))).toEqual([60, 1]);
  expect(invalidations).toMatchObject({ waiting: 2, undelivered: 1 });
  expect(Math.floor((invalidations.oldestMs as number) / 1000)).toBe(10);
});
