import { createCacheObserver } from '@contract-reviewer/platform/cache/cache-observer';
import type { ConsistencyCheck } from '@contract-reviewer/platform/cache/consistency-check';
import { withText, withValue } from '@contract-reviewer/platform/testing/stored-entry';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Document, UserId } from '../src/domain/document.ts';
import { schema } from '../src/schema.ts';
import { documentKey, listGenerationKey, listKey } from '../src/storage/cache-keys.ts';
import { checkedFamilies } from '../src/storage/checked-families.ts';
import { PgGrantStore } from '../src/storage/pg-grant-store.ts';
import { silentLogger } from './document-stack.ts';
import { type CachedStores, openCachedStore } from './open-stores.ts';
import { eventOf, newDocument, newUserId } from './sample-documents.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let cached: CachedStores;
let check: ConsistencyCheck;

beforeAll(async () => {
  cached = stack.use(await openCachedStore());
  const observer = createCacheObserver({
    cache: cached.cache,
    redisUrl: cached.redis.url('document'),
    database: cached.pg.database,
    schema,
    families: checkedFamilies(cached.pg.store),
    logger: silentLogger,
  });
  if (!observer) throw new Error('there is no observer without Redis');
  stack.use(observer).start();
  check = observer.check;
  await vi.waitUntil(() => cached.inspector.runId !== undefined, { timeout: 10_000 });
});

const page = { limit: 10, offset: 0 };

async function create(): Promise<Document> {
  const document = newDocument(newUserId());
  await cached.store.create(document, eventOf('document_uploaded', document), async () => undefined);
  return document;
}

async function share({ documentId, ownerId }: Document, userId: UserId): Promise<void> {
  await new PgGrantStore(cached.pg.database).set(
    { documentId, userId, permissions: ['read'], grantedBy: ownerId },
    { authorize: () => undefined, now: new Date(), event: { type: 'grant_changed', service: 'document', documentId } },
  );
}

async function findings(): Promise<string[]> {
  const found: string[] = [];
  for await (const event of check.run({ repair: false, signal: new AbortController().signal })) {
    if (event.kind === 'finding') found.push(`${event.fault} ${event.key}`);
  }
  return found.sort();
}

/** An entry is not judged while an invalidation of it may be on its way. */
async function untilDelivered(): Promise<void> {
  const pending = () => cached.pg.database.query(`SELECT FROM ${schema}.cache_invalidations`);
  await vi.waitUntil(async () => (await pending()).length === 0, { timeout: 10_000 });
}

/** Changes an entry past the protocol. */
async function spoil(key: string, change: (stored: string) => string): Promise<void> {
  const stored = (await cached.inspector.run((redis) => redis.get(key))) ?? '';
  await cached.inspector.run((redis) => redis.set(key, change(stored)));
}

it('what the store itself keeps in Redis agrees with PostgreSQL, whatever was done', async () => {
  const document = await create();
  const { documentId, ownerId } = document;
  const grantee = newUserId();
  const viewers = [ownerId, grantee].flatMap((userId) => [{ userId }, { userId, documentId }]);
  await share(document, grantee);
  for (const viewer of viewers) await cached.store.list(viewer, page);
  const change = { metadata: { 'customer name': 'Ä', nested: { b: 1, a: [null, 0.1] } } };
  await cached.store.update(document.documentId, change, {
    now: new Date(),
    event: eventOf('document_updated', document),
  });
  for (const viewer of viewers) await cached.store.list(viewer, page);
  await cached.store.get(document.documentId);
  expect(await findings()).toEqual([]);
});

it('wrong documents, lists, generations and keys that nobody makes are found', async () => {
  const document = await create();
  await untilDelivered();
  const viewer = { userId: document.ownerId };
  await cached.store.get(document.documentId);
  await cached.store.list(viewer, page);
  const generation = await cached.store.listGeneration(viewer);
  const keys = {
    document: documentKey(document.documentId),
    page: listKey(viewer, generation, page),
    generation: listGenerationKey(viewer),
  };
  const areFilled = async () => (await cached.inspector.run((redis) => redis.exists(...Object.values(keys)))) === 3;
  await vi.waitUntil(areFilled, { timeout: 10_000 });
  // As if a grant that was removed were still there.
  const grants = [{ userId: 'gone', permissions: ['read'] }];
  await spoil(keys.document, (stored) => withValue(stored, (value: object) => ({ ...value, grants })));
  await spoil(keys.page, (stored) => withText(stored, (body: object) => ({ ...body, total_count: 7 })));
  const garbage = ['documents:index', 'documents:list:%zz:0:10:0', 'documents:list:%00:0:10:0', 'document:\u0000'];
  for (const key of garbage) await cached.inspector.run((redis) => redis.set(key, '1'));
  expect(await findings()).toEqual(
    [`stale ${keys.document}`, `stale ${keys.page}`, ...garbage.map((key) => `undecodable ${key}`)].sort(),
  );
  await spoil(keys.generation, (stored) => withValue(stored, (value: number) => value - 1));
  expect(await findings()).toContain(`stale ${keys.generation}`);
});
