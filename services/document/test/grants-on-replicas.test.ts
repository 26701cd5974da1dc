import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Document, UserId } from '../src/domain/document.ts';
import { heldOn } from '../src/domain/grant.ts';
import type { CachedDocumentStore } from '../src/storage/cached-document-store.ts';
import { PgGrantStore } from '../src/storage/pg-grant-store.ts';
import { type CachedStores, openCachedStore, openReplica } from './open-stores.ts';
import { eventOf, newDocument, newUserId } from './sample-documents.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let here: CachedStores;
let there: CachedDocumentStore;
let grants: PgGrantStore;
beforeAll(async () => {
  here = stack.use(await openCachedStore());
  there = stack.use(openReplica(here)).store;
  grants = new PgGrantStore(here.pg.database);
});

const trials = Number(process.env.GRANT_TRIALS ?? 20);

async function granted(): Promise<{ document: Document; userId: UserId }> {
  const document = newDocument(newUserId());
  const userId = newUserId();
  const { documentId, ownerId } = document;
  await here.store.create(document, eventOf('document_uploaded', document), async () => undefined);
  const grant = { documentId, userId, permissions: ['read', 'write'], grantedBy: ownerId } as const;
  const event = eventOf('grant_changed', document);
  await grants.set(grant, { authorize: () => undefined, now: new Date(), event });
  return { document, userId };
}

/** Goes by a grant on the other replica, again and again. */
class Use {
  /** Whether both the document and the list were had by the grant at once. */
  wasSeen = false;
  /** When the last question began that was answered by the grant. */
  lastAcceptedAt = 0;
  isOver = false;

  async run({ document, userId }: Awaited<ReturnType<typeof granted>>): Promise<void> {
    while (!this.isOver) {
      const askedAt = performance.now();
      const [found, page] = await Promise.all([
        there.get(document.documentId),
        there.list({ userId }, { limit: 10, offset: 0 }),
      ]);
      const isAccepted = found !== undefined && heldOn(found, userId).has('write');
      const isListed = page.totalCount > 0;
      if (isAccepted && isListed) this.wasSeen = true;
      if (isAccepted || isListed) this.lastAcceptedAt = askedAt;
      await sleep(1);
    }
  }
}

it.each([
  ['in use', async () => undefined],
  ['stopped meanwhile', () => here.redis.stop()],
  ['down', async () => undefined],
])('with Redis %s, no replica goes by a grant after its removal was acknowledged', async (_state, meanwhile) => {
  const cases = await Promise.all(Array.from({ length: trials }, granted));
  const happening = meanwhile();
  const latenesses = await Promise.all(
    cases.map(async (each) => {
      const { document, userId } = each;
      const use = new Use();
      const using = use.run(each);
      try {
        await vi.waitUntil(() => use.wasSeen, { timeout: 10_000 });
        const event = eventOf('grant_removed', document);
        await grants.remove(document.documentId, userId, { authorize: () => undefined, now: new Date(), event });
        const acknowledgedAt = performance.now();
        await sleep(200);
        return Math.max(0, use.lastAcceptedAt - acknowledgedAt);
      } finally {
        use.isOver = true;
        await using;
      }
    }),
  );
  await happening;
  expect(latenesses).toEqual(Array(trials).fill(0));
});
