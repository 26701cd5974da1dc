import { setTimeout as sleep } from 'node:timers/promises';
import { storedValue } from '@contract-reviewer/platform/testing/stored-entry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Document, DocumentId, SharedDocument } from '../src/domain/document.ts';
import { CachedDocumentStore } from '../src/storage/cached-document-store.ts';
import type { DocumentPage, PageRequest, Viewer } from '../src/storage/document-store.ts';
import { PgDocumentStore } from '../src/storage/pg-document-store.ts';
import { type CachedStores, openCachedStore } from './open-stores.ts';
import { eventOf, newDocument, newUserId, unshared } from './sample-documents.ts';
import { withoutVersion1 } from './without-version1.ts';

let cached: CachedStores;
beforeAll(async () => {
  cached = await openCachedStore();
});
afterAll(() => cached[Symbol.asyncDispose]());

const minute = 60_000;
const firstPage = { limit: 10, offset: 0 };

async function create(given: Partial<Document> = {}): Promise<Document> {
  const document = newDocument(newUserId(), given);
  await cached.store.create(document, eventOf('document_uploaded', document), async () => undefined);
  return document;
}

const rename = (store: PgDocumentStore | CachedDocumentStore, document: Document, filename: string) =>
  store.update(document.documentId, { filename }, { now: new Date(), event: eventOf('document_updated', document) });

/** What Redis holds under a key: the value, without what the protocol adds to it. */
async function inRedis(key: string): Promise<unknown> {
  const text = await cached.inspector.run((redis) => redis.get(key));
  return text === null ? undefined : storedValue(text);
}

async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(5);
  }
}

const ttl = (key: string) => cached.inspector.run((redis) => redis.pttl(key));

/** A store whose reads, once held, have read PostgreSQL and do not return before they are let go. */
class HeldStore extends PgDocumentStore {
  #hold: PromiseWithResolvers<void> | undefined;
  #reading = Promise.withResolvers<void>();

  hold(): void {
    this.#hold = Promise.withResolvers();
    this.#reading = Promise.withResolvers();
  }

  /** Resolves when a held read has read. */
  get reading(): Promise<void> {
    return this.#reading.promise;
  }

  letGo(): void {
    this.#hold?.resolve();
    this.#hold = undefined;
  }

  override async get(documentId: DocumentId): Promise<SharedDocument | undefined> {
    return this.#held(await super.get(documentId));
  }

  override async list(viewer: Viewer, page: PageRequest): Promise<DocumentPage> {
    return this.#held(await super.list(viewer, page));
  }

  override async listGeneration(viewer: Viewer): Promise<number> {
    return this.#held(await super.listGeneration(viewer));
  }

  async #held<T>(value: T): Promise<T> {
    this.#reading.resolve();
    await this.#hold?.promise;
    return value;
  }
}

function holdingStore(): { held: HeldStore; store: CachedDocumentStore } {
  const held = new HeldStore(cached.pg.database, cached.pg.jobs, withoutVersion1(cached.pg.database));
  return { held, store: new CachedDocumentStore(held, cached.cache) };
}

describe('entries', () => {
  it('are under document:{id} for an hour, with the names inside the metadata left alone', async () => {
    const { documentId } = await create({ metadata: { myKey: { other_key: 1 } } });
    const key = `document:${documentId}`;
    expect(await eventually(() => inRedis(key))).toMatchObject({
      document_id: documentId,
      size_bytes: 5,
      metadata: { myKey: { other_key: 1 } },
    });
    expect(await ttl(key)).toSatisfy((ms: number) => ms > 56 * minute && ms <= 60 * minute);
  });

  it('of lists are under viewer, generation, limit and offset for five minutes, beside the generation', async () => {
    const document = await create();
    const { ownerId, documentId } = document;
    for (const viewer of [{ userId: ownerId }, { userId: ownerId, documentId }]) {
      await cached.store.list(viewer, firstPage);
      const name = 'documentId' in viewer ? `${ownerId}/${documentId}` : ownerId;
      const generation = await eventually(() => inRedis(`documents:list:${name}:generation`));
      const key = `documents:list:${name}:${generation}:10:0`;
      expect(await eventually(() => inRedis(key))).toMatchObject({
        documents: [{ document_id: documentId }],
        total_count: 1,
      });
      expect(await ttl(key)).toSatisfy((ms: number) => ms > 4.7 * minute && ms <= 5 * minute);
    }
  });

  it('are filled again after each write', async () => {
    const document = await create();
    const key = `document:${document.documentId}`;
    const filledWith = (version: number) =>
      eventually(async () => {
        const value = (await inRedis(key)) as { version: number } | undefined;
        return value?.version === version ? true : undefined;
      });
    await filledWith(1);
    await rename(cached.store, document, 'renamed.txt');
    await filledWith(2);
    await cached.store.beginExtraction(document.documentId, new Date());
    await filledWith(3);
    await cached.store.abandonExtraction(document.documentId, { reason: 'x', message: 'X.' }, new Date());
    await filledWith(4);
  });

  it('that do not parse are misses, and are healed', async () => {
    const document = await create();
    const key = `document:${document.documentId}`;
    await eventually(() => inRedis(key));
    await cached.inspector.run((redis) => redis.set(key, '{"epoch":1,"value":{"garbage"'));
    expect(await cached.store.get(document.documentId)).toEqual(unshared(document));
    expect(await inRedis(key)).toMatchObject({ document_id: document.documentId });
  });
});

describe('a write during a slow fill', () => {
  it('never leaves the old document in Redis', async () => {
    const document = await create();
    const { documentId } = document;
    await eventually(() => inRedis(`document:${documentId}`));
    await cached.inspector.run((redis) => redis.del(`document:${documentId}`));

    const { held, store } = holdingStore();
    held.hold();
    const slow = store.get(documentId);
    await held.reading;
    await rename(cached.pg.store, document, 'renamed.txt');
    held.letGo();

    expect(await slow).toMatchObject({ filename: 'lease.txt' });
    expect(await inRedis(`document:${documentId}`)).toBeUndefined();
    expect(await cached.store.get(documentId)).toMatchObject({ filename: 'renamed.txt' });
  });

  it('never leaves the old generation of a list in Redis, and so no old list is served', async () => {
    const document = await create();
    const viewer = { userId: document.ownerId };
    const { held, store } = holdingStore();
    held.hold();
    const slow = store.list(viewer, firstPage);
    await held.reading;
    await rename(cached.pg.store, document, 'renamed.txt');
    held.letGo();
    await slow;
    const { documents } = await cached.store.list(viewer, firstPage);
    expect(documents).toMatchObject([{ filename: 'renamed.txt' }]);
  });
});

describe('a caller who hears of another’s write', () => {
  it('does not find what was before in Redis any more', async () => {
    const document = await create();
    const key = `document:${document.documentId}`;
    await eventually(() => inRedis(key));
    // As if the process of the other writer had died between its commit and the invalidation.
    await cached.pg.database.query(`UPDATE document.documents SET version = version + 1 WHERE document_id = $1`, [
      document.documentId,
    ]);
    const mismatch = cached.pg.store.update(
      document.documentId,
      { filename: 'late.txt' },
      { expectedVersion: 1, now: new Date(), event: eventOf('document_updated', document) },
    );
    await expect(mismatch).rejects.toMatchObject({ kind: 'version_mismatch' });
    expect(await inRedis(key)).toBeUndefined();
  });
});
