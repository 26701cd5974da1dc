import type { Database } from '@contract-reviewer/platform/pg/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Document, DocumentId } from '../src/domain/document.ts';
import type { DocumentStore } from '../src/storage/document-store.ts';
import { eventOf, newDocument, newUserId, readyOutcome, sha256, unshared } from './sample-documents.ts';

export interface OpenedStore extends AsyncDisposable {
  store: DocumentStore;
  /** What the store writes to. */
  database: Database;
}

const unknown = 'no-such-document' as DocumentId;
const firstPage = { limit: 10, offset: 0 };
const inPlace = () => Promise.resolve();

/**
 * The promises of DocumentStore, kept by each of its implementations. The tests run side by side and share a store, each
 * with owners of its own, because a write without Redis takes a second.
 */
export function describeDocumentStoreContract(name: string, open: () => Promise<OpenedStore>): void {
  describe.concurrent(`DocumentStore: ${name}`, () => {
    let opened: OpenedStore;
    let store: DocumentStore;

    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened[Symbol.asyncDispose]());

    const create = async (document: Document): Promise<Document> => {
      await store.create(document, eventOf('document_uploaded', document), inPlace);
      return document;
    };
    const update = (document: Document, filename: string, expectedVersion?: number) =>
      store.update(
        document.documentId,
        { filename },
        {
          ...(expectedVersion === undefined ? {} : { expectedVersion }),
          now: new Date(),
          event: eventOf('document_updated', document),
        },
      );
    const listed = async (viewer: Parameters<DocumentStore['list']>[0]) =>
      (await store.list(viewer, firstPage)).documents;

    describe('a document', () => {
      it('is there once it was created, as it was created', async () => {
        const document = newDocument(newUserId(), { metadata: { my_key: 1, myKey: { deep_key: [true, null] } } });
        await create(document);
        expect(await store.get(document.documentId)).toEqual(unshared(document));
        // Again, from wherever the first read has put it.
        expect(await store.get(document.documentId)).toEqual(unshared(document));
      });

      it('is undefined if there is none, and is there if it comes after that was asked', async () => {
        const document = newDocument(newUserId());
        expect(await store.get(document.documentId)).toBeUndefined();
        await create(document);
        expect(await store.get(document.documentId)).toEqual(unshared(document));
      });

      it('is not created if its content cannot be placed', async () => {
        const document = newDocument(newUserId());
        const failing = store.create(document, eventOf('document_uploaded', document), async () => {
          throw new Error('disk full');
        });
        await expect(failing).rejects.toThrow('disk full');
        expect(await store.get(document.documentId)).toBeUndefined();
        expect(await store.list({ userId: document.ownerId }, firstPage)).toEqual({ documents: [], totalCount: 0 });
      });

      it('comes with its audit event and a job to extract its text, and goes with messages to those who hold more of it', async () => {
        const document = await create(newDocument(newUserId()));
        await store.delete(document.documentId, eventOf('document_deleted', document));
        const jobs = await opened.database.query(
          "SELECT FROM document_jobs.job WHERE name = 'extraction' AND data->>'documentId' = $1",
          [document.documentId],
        );
        expect(jobs).toHaveLength(1);
        const messages = await opened.database.query<{ topic: string; type: string | null }>(
          `SELECT topic, payload->>'type' AS type FROM document.outbox
            WHERE payload->>'documentId' = $1 OR payload->>'sha256' = $2`,
          [document.documentId, document.sha256],
        );
        expect(messages.toSorted((a, b) => `${a.topic}${a.type}`.localeCompare(`${b.topic}${b.type}`))).toEqual([
          { topic: 'audit', type: 'document_deleted' },
          { topic: 'audit', type: 'document_uploaded' },
          { topic: 'content_released', type: null },
          { topic: 'document_deleted', type: null },
        ]);
      });
    });

    describe('the extraction of a text', () => {
      it('takes turns by users: of one who has uploaded many, only the first is before the first of another', async () => {
        const user = newUserId();
        const [first, second, third] = [
          await create(newDocument(user)),
          await create(newDocument(user)),
          await create(newDocument(user)),
        ];
        const other = await create(newDocument(newUserId()));
        const inTurn = await opened.database.query<{ document_id: string }>(
          `SELECT data->>'documentId' AS document_id FROM document_jobs.job
            WHERE data->>'documentId' = ANY ($1) ORDER BY priority DESC, created_on`,
          [[first, second, third, other].map(({ documentId }) => documentId)],
        );
        expect(inTurn.map(({ document_id }) => document_id)).toEqual(
          [first, other, second, third].map(({ documentId }) => documentId),
        );
      });
    });

    describe('an update', () => {
      it('changes what is given, raises the version, and is seen at once', async () => {
        const document = await create(newDocument(newUserId(), { metadata: { a: 1 } }));
        await store.get(document.documentId);
        const updated = await update(document, 'renamed.txt');
        expect(updated).toMatchObject({ filename: 'renamed.txt', metadata: { a: 1 }, version: 2 });
        expect(await store.get(document.documentId)).toEqual({ ...updated, grants: [] });
      });

      it('replaces the metadata as a whole', async () => {
        const document = await create(newDocument(newUserId(), { metadata: { a: 1 } }));
        const event = eventOf('document_updated', document);
        await store.update(document.documentId, { metadata: { b: 2 } }, { now: new Date(), event });
        expect(await store.get(document.documentId)).toMatchObject({ filename: 'lease.txt', metadata: { b: 2 } });
      });

      it('is refused at another version than expected, and then changes nothing', async () => {
        const document = await create(newDocument(newUserId()));
        await expect(update(document, 'late.txt', 7)).rejects.toMatchObject({ kind: 'version_mismatch' });
        expect(await store.get(document.documentId)).toEqual(unshared(document));
      });

      it('lets one of two win that are based on the same version', async () => {
        const document = await create(newDocument(newUserId()));
        const outcomes = await Promise.allSettled([update(document, 'a.txt', 1), update(document, 'b.txt', 1)]);
        expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        expect(await store.get(document.documentId)).toMatchObject({ version: 2 });
      });

      it('of no document is undefined', async () => {
        expect(await update(newDocument(newUserId()), 'x.txt')).toBeUndefined();
      });
    });

    describe('a deletion', () => {
      it('takes the document and its text, and says whether there was one', async () => {
        const document = await create(newDocument(newUserId()));
        const attempt = await store.beginExtraction(document.documentId, new Date());
        await store.finishExtraction(document.documentId, attempt?.number ?? 0, readyOutcome('text'), new Date());
        await store.get(document.documentId);
        const event = eventOf('document_deleted', document);
        expect(await store.delete(document.documentId, event)).toBe(true);
        expect(await store.get(document.documentId)).toBeUndefined();
        expect(await store.getText(document.documentId)).toBeUndefined();
        expect(await store.delete(document.documentId, event)).toBe(false);
      });
    });

    describe('a list', () => {
      it('shows the newest first, in the same order on every page even where times are equal', async () => {
        const ownerId = newUserId();
        const at = (ms: number) => new Date(1_700_000_000_000 + ms);
        await Promise.all(
          [0, 1, 1, 1, 2].map((ms) => create(newDocument(ownerId, { createdAt: at(ms), updatedAt: at(ms) }))),
        );
        const whole = await listed({ userId: ownerId });
        expect(whole.map(({ createdAt }) => createdAt)).toEqual([at(2), at(1), at(1), at(1), at(0)]);
        const pages = await Promise.all(
          [0, 2, 4].map(async (offset) => (await store.list({ userId: ownerId }, { limit: 2, offset })).documents),
        );
        expect(pages.flat()).toEqual(whole);
      });

      it('tells the total on every page, also past the end', async () => {
        const ownerId = newUserId();
        await create(newDocument(ownerId));
        expect(await store.list({ userId: ownerId }, { limit: 1, offset: 5 })).toEqual({
          documents: [],
          totalCount: 1,
        });
        expect(await store.list({ userId: newUserId() }, firstPage)).toEqual({ documents: [], totalCount: 0 });
      });

      it('tells the total whatever others add and remove at the same time', async () => {
        const ownerId = newUserId();
        const documents = await Promise.all(Array.from({ length: 8 }, () => create(newDocument(ownerId))));
        await Promise.all([
          ...documents
            .slice(0, 3)
            .map((document) => store.delete(document.documentId, eventOf('document_deleted', document))),
          ...Array.from({ length: 3 }, () => create(newDocument(ownerId))),
        ]);
        const { totalCount, documents: left } = await store.list({ userId: ownerId }, { limit: 100, offset: 0 });
        expect([totalCount, left.length]).toEqual([8, 8]);
      });

      it('shows uploads, updates, extractions and deletions at once', async () => {
        const viewer = { userId: newUserId() };
        expect(await listed(viewer)).toEqual([]);
        const document = await create(newDocument(viewer.userId));
        expect(await listed(viewer)).toEqual([document]);
        await update(document, 'renamed.txt');
        expect(await listed(viewer)).toMatchObject([{ filename: 'renamed.txt' }]);
        await store.beginExtraction(document.documentId, new Date());
        expect(await listed(viewer)).toMatchObject([{ status: 'extracting' }]);
        await store.delete(document.documentId, eventOf('document_deleted', document));
        expect(await listed(viewer)).toEqual([]);
      });

      it('of a session that is narrowed to a document shows that one alone, with all its changes', async () => {
        const ownerId = newUserId();
        const [document] = await Promise.all([create(newDocument(ownerId)), create(newDocument(ownerId))]);
        const viewer = { userId: ownerId, documentId: document.documentId };
        expect(await listed(viewer)).toEqual([document]);
        await update(document, 'renamed.txt');
        expect(await listed(viewer)).toMatchObject([{ filename: 'renamed.txt' }]);
        expect(await listed({ ...viewer, userId: newUserId() })).toEqual([]);
      });

      it('has a generation that rises with each change', async () => {
        const viewer = { userId: newUserId() };
        expect(await store.listGeneration(viewer)).toBe(0);
        const document = await create(newDocument(viewer.userId));
        const created = await store.listGeneration(viewer);
        await update(document, 'renamed.txt');
        expect(created).toBeGreaterThan(0);
        expect(await store.listGeneration(viewer)).toBeGreaterThan(created);
      });
    });

    describe('an extraction', () => {
      const begin = async (document: Document): Promise<number> => {
        const attempt = await store.beginExtraction(document.documentId, new Date());
        if (!attempt) throw new Error('the extraction did not begin');
        return attempt.number;
      };

      it('stores the text with its pages, and what the document tells of it', async () => {
        const { documentId } = await create(newDocument(newUserId()));
        const outcome = {
          ...readyOutcome('one two'),
          pages: [
            { page: 1, start: 0, end: 4 },
            { page: 2, start: 4, end: 7 },
          ],
        };
        const attempt = await store.beginExtraction(documentId, new Date());
        expect(attempt?.document).toMatchObject({ documentId, status: 'extracting', version: 2 });
        expect(await store.get(documentId)).toMatchObject({ status: 'extracting' });
        expect(await store.getText(documentId)).toBeUndefined();
        expect(await store.finishExtraction(documentId, attempt?.number ?? 0, outcome, new Date())).toBe(true);
        const textSha256 = sha256('one two');
        expect(await store.get(documentId)).toMatchObject({ status: 'ready', pageCount: 2, charCount: 7, textSha256 });
        expect(await store.getText(documentId)).toEqual({ text: 'one two', pages: outcome.pages, textSha256 });
      });

      it('stores why there is no text', async () => {
        const [scan, broken] = await Promise.all([create(newDocument(newUserId())), create(newDocument(newUserId()))]);
        const reason = { reason: 'scanned', message: 'The pages are pictures.' } as const;
        const fault = { reason: 'encrypted', message: 'It needs a password.' } as const;
        await Promise.all([
          store.finishExtraction(
            scan.documentId,
            await begin(scan),
            { status: 'needs_ocr', pages: 3, ...reason },
            new Date(),
          ),
          store.finishExtraction(
            broken.documentId,
            await begin(broken),
            { status: 'unreadable', ...fault },
            new Date(),
          ),
        ]);
        expect(await store.get(scan.documentId)).toMatchObject({
          status: 'needs_ocr',
          statusReason: reason,
          pageCount: 3,
        });
        expect(await store.get(broken.documentId)).toMatchObject({ status: 'unreadable', statusReason: fault });
        expect(await store.getText(broken.documentId)).toBeUndefined();
      });

      it('takes effect once, by its newest attempt', async () => {
        const document = await create(newDocument(newUserId()));
        const { documentId } = document;
        const [earlier, later] = [await begin(document), await begin(document)];
        expect(await store.finishExtraction(documentId, earlier, readyOutcome('old'), new Date())).toBe(false);
        expect(await store.finishExtraction(documentId, later, readyOutcome('new'), new Date())).toBe(true);
        expect(await store.finishExtraction(documentId, later, readyOutcome('again'), new Date())).toBe(false);
        expect(await store.getText(documentId)).toMatchObject({ text: 'new' });
        expect(await store.beginExtraction(documentId, new Date())).toBeUndefined();
      });

      it('can be abandoned, after which no attempt finishes and none begins', async () => {
        const document = await create(newDocument(newUserId()));
        const { documentId } = document;
        const attempt = await begin(document);
        const reason = { reason: 'extraction_failed', message: 'It failed.' };
        await store.abandonExtraction(documentId, reason, new Date());
        expect(await store.finishExtraction(documentId, attempt, readyOutcome('late'), new Date())).toBe(false);
        expect(await store.beginExtraction(documentId, new Date())).toBeUndefined();
        expect(await store.get(documentId)).toMatchObject({ status: 'unreadable', statusReason: reason });
      });

      it('that was abandoned after it had ended stays as it ended', async () => {
        const document = await create(newDocument(newUserId()));
        const { documentId } = document;
        await store.finishExtraction(documentId, await begin(document), readyOutcome('text'), new Date());
        await store.abandonExtraction(documentId, { reason: 'late', message: 'Late.' }, new Date());
        expect(await store.get(documentId)).toMatchObject({ status: 'ready' });
      });

      it('of a document that is gone does nothing', async () => {
        expect(await store.beginExtraction(unknown, new Date())).toBeUndefined();
        expect(await store.finishExtraction(unknown, 1, readyOutcome('text'), new Date())).toBe(false);
      });
    });
  });
}
