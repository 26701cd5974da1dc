import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@contract-reviewer/platform/pg/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Document, DocumentId, UserId } from '../src/domain/document.ts';
import { maxGrants } from '../src/domain/grant.ts';
import type { Permission } from '../src/domain/permission.ts';
import type { DocumentStore } from '../src/storage/document-store.ts';
import type { GrantChangeOptions, GrantStore } from '../src/storage/grant-store.ts';
import { recordChanges } from '../src/storage/list-changes.ts';
import { eventOf, newDocument, newUserId } from './sample-documents.ts';

export interface OpenedStores extends AsyncDisposable {
  documents: DocumentStore;
  grants: GrantStore;
  /** What the stores write to. */
  database: Database;
}

const firstPage = { limit: 10, offset: 0 };

/** The promises of GrantStore, and those of DocumentStore that are about grants, kept by each of their implementations. */
export function describeGrantStoreContract(name: string, open: () => Promise<OpenedStores>): void {
  describe.concurrent(`GrantStore: ${name}`, () => {
    let opened: OpenedStores;
    let documents: DocumentStore;
    let grants: GrantStore;

    beforeAll(async () => {
      opened = await open();
      ({ documents, grants } = opened);
    });
    afterAll(() => opened[Symbol.asyncDispose]());

    const create = async (given: Partial<Document> = {}): Promise<Document> => {
      const document = newDocument(given.ownerId ?? newUserId(), given);
      await documents.create(document, eventOf('document_uploaded', document), async () => undefined);
      return document;
    };
    const optionsOf = (document: Document, type: 'grant_changed' | 'grant_removed'): GrantChangeOptions => ({
      authorize: () => undefined,
      now: new Date(),
      event: eventOf(type, document),
    });
    const set = (document: Document, userId: UserId, permissions: Permission[], given = {}) =>
      grants.set(
        { documentId: document.documentId, userId, permissions, grantedBy: document.ownerId },
        { ...optionsOf(document, 'grant_changed'), ...given },
      );
    const remove = (document: Document, userId: UserId) =>
      grants.remove(document.documentId, userId, optionsOf(document, 'grant_removed'));
    const rename = (document: Document, filename: string) =>
      documents.update(
        document.documentId,
        { filename },
        { now: new Date(), event: eventOf('document_updated', document) },
      );
    const grantsOf = async ({ documentId }: Document) => (await documents.get(documentId))?.grants;
    const listed = async (userId: UserId, documentId?: DocumentId) => {
      const page = await documents.list({ userId, ...(documentId && { documentId }) }, firstPage);
      expect(page.totalCount).toBe(page.documents.length);
      return page.documents.map(({ filename }) => filename);
    };

    describe('a grant', () => {
      it('is there once it was set, with who gave it and when, and is part of the document', async () => {
        const document = await create();
        const userId = newUserId();
        await grantsOf(document);
        const grant = await set(document, userId, ['read', 'analyze']);
        expect(grant).toEqual({
          documentId: document.documentId,
          userId,
          permissions: ['read', 'analyze'],
          grantedBy: document.ownerId,
          createdAt: grant?.updatedAt,
          updatedAt: expect.any(Date),
        });
        expect(await grants.get(document.documentId, userId)).toEqual(grant);
        expect(await grantsOf(document)).toEqual([{ userId, permissions: ['read', 'analyze'] }]);
      });

      it('is replaced as a whole, and keeps when it was given first', async () => {
        const document = await create();
        const userId = newUserId();
        const first = await set(document, userId, ['read', 'write'], { now: new Date(1_700_000_000_000) });
        const second = await set(document, userId, ['read', 'share']);
        expect(second).toMatchObject({ permissions: ['read', 'share'], createdAt: first?.createdAt });
        expect(second?.updatedAt).not.toEqual(first?.updatedAt);
        expect(await grantsOf(document)).toEqual([{ userId, permissions: ['read', 'share'] }]);
      });

      it('that is set again, or removed when it is gone, changes nothing and is recorded once', async () => {
        const document = await create();
        const userId = newUserId();
        const first = await set(document, userId, ['read']);
        const generation = await documents.listGeneration({ userId });
        expect(await set(document, userId, ['read'])).toEqual(first);
        expect(await documents.listGeneration({ userId })).toBe(generation);
        expect([await remove(document, userId), await remove(document, userId)]).toEqual([true, false]);
        const recorded = await opened.database.query<{ type: string }>(
          `SELECT payload->>'type' AS type FROM document.outbox
            WHERE payload->>'documentId' = $1 AND payload->>'type' LIKE 'grant%' ORDER BY type`,
          [document.documentId],
        );
        expect(recorded.map(({ type }) => type)).toEqual(['grant_changed', 'grant_removed']);
      });

      it('that was removed is gone from the document at once', async () => {
        const document = await create();
        const [userId, other] = [newUserId(), newUserId()];
        await Promise.all([set(document, userId, ['read']), set(document, other, ['read'])]);
        await grantsOf(document);
        await remove(document, userId);
        expect(await grantsOf(document)).toEqual([{ userId: other, permissions: ['read'] }]);
        expect(await grants.get(document.documentId, userId)).toBeUndefined();
      });

      it('is listed with the others in the order of the user ids', async () => {
        const document = await create();
        const userIds = [newUserId(), newUserId(), newUserId()];
        for (const userId of userIds) await set(document, userId, ['read']);
        const list = await grants.list(document.documentId);
        expect(list.map(({ userId }) => userId)).toEqual(userIds.toSorted());
        expect((await grantsOf(document))?.map(({ userId }) => userId)).toEqual(userIds.toSorted());
      });

      it('of a document that there is not is undefined, and there is none to remove', async () => {
        const document = newDocument(newUserId());
        expect(await set(document, newUserId(), ['read'])).toBeUndefined();
        expect(await remove(document, newUserId())).toBe(false);
        expect(await grants.list(document.documentId)).toEqual([]);
      });

      it('is not given to the owner', async () => {
        const document = await create();
        await expect(set(document, document.ownerId, ['read'])).rejects.toMatchObject({ kind: 'user_is_owner' });
      });

      it('goes with its document', async () => {
        const document = await create();
        await set(document, newUserId(), ['read']);
        await documents.delete(document.documentId, eventOf('document_deleted', document));
        expect(await grants.list(document.documentId)).toEqual([]);
      });

      it('is one too many after so many, but those that are there can be changed', async () => {
        const document = await create();
        const userId = newUserId();
        await set(document, userId, ['read']);
        await opened.database.query(
          `INSERT INTO document.grants
             (document_id, user_id, permissions, granted_by, document_created_at, created_at, updated_at)
           SELECT $1, 'user-' || number, '{read}', 'owner', now(), now(), now() FROM generate_series(2, $2) AS number`,
          [document.documentId, maxGrants],
        );
        await expect(set(document, newUserId(), ['read'])).rejects.toMatchObject({ kind: 'too_many_grants' });
        expect(await set(document, userId, ['admin'])).toMatchObject({ permissions: ['admin'] });
      });
    });

    describe('a change of a grant', () => {
      it('is not made if it is refused, which is decided by the document as it is then', async () => {
        const document = await create();
        const [sharer, userId] = [newUserId(), newUserId()];
        await set(document, sharer, ['read', 'share']);
        const refusing: GrantChangeOptions = {
          ...optionsOf(document, 'grant_changed'),
          authorize: ({ grants: present }) => {
            if (!present.some(({ permissions }) => permissions.includes('share'))) throw new Error('refused');
          },
        };
        await set(document, userId, ['read'], refusing);
        // Past the cache, as if another replica had not come to tell of it yet.
        await opened.database.query("UPDATE document.grants SET permissions = '{read}' WHERE document_id = $1", [
          document.documentId,
        ]);
        await expect(set(document, userId, ['read', 'write'], refusing)).rejects.toThrow('refused');
        await expect(grants.remove(document.documentId, userId, refusing)).rejects.toThrow('refused');
        expect(await grants.get(document.documentId, userId)).toMatchObject({ permissions: ['read'] });
      });
    });

    describe('the list of who was granted something', () => {
      it('shows the document, and all that happens to it, at once', async () => {
        const userId = newUserId();
        expect(await listed(userId)).toEqual([]);
        const document = await create();
        await set(document, userId, ['read']);
        expect(await listed(userId)).toEqual(['lease.txt']);
        await rename(document, 'renamed.txt');
        expect(await listed(userId)).toEqual(['renamed.txt']);
        await remove(document, userId);
        expect(await listed(userId)).toEqual([]);
        await set(document, userId, ['admin']);
        expect(await listed(userId)).toEqual(['renamed.txt']);
        await documents.delete(document.documentId, eventOf('document_deleted', document));
        expect(await listed(userId)).toEqual([]);
      });

      it('shows what is their own and what is not in one order, with one total, on every page', async () => {
        const userId = newUserId();
        const at = (ms: number) => ({ createdAt: new Date(1_700_000_000_000 + ms), filename: `${ms}.txt` });
        const [foreign] = await Promise.all([
          Promise.all([create(at(1)), create(at(3)), create(at(5)), create(at(7))]),
          ...[2, 4, 6].map((ms) => create({ ownerId: userId, ...at(ms) })),
        ]);
        await Promise.all(foreign.slice(0, 3).map((document) => set(document, userId, ['read'])));
        const pages = await Promise.all([0, 2, 4, 6].map((offset) => documents.list({ userId }, { limit: 2, offset })));
        expect(pages.map(({ totalCount }) => totalCount)).toEqual([6, 6, 6, 6]);
        expect(pages.map((page) => page.documents.map(({ filename }) => filename))).toEqual([
          ['6.txt', '5.txt'],
          ['4.txt', '3.txt'],
          ['2.txt', '1.txt'],
          [],
        ]);
      });

      it('is narrowed to one document like any other', async () => {
        const userId = newUserId();
        const [shown, hidden, own] = await Promise.all([create(), create(), create({ ownerId: userId })]);
        await Promise.all([shown, hidden].map((document) => set(document, userId, ['read'])));
        expect(await listed(userId, shown.documentId)).toEqual(['lease.txt']);
        await rename(shown, 'renamed.txt');
        expect(await listed(userId, shown.documentId)).toEqual(['renamed.txt']);
        await remove(shown, userId);
        expect(await listed(userId, shown.documentId)).toEqual([]);
        expect(await listed(userId, own.documentId)).toEqual(['lease.txt']);
      });

      it('is that of a model, for all users, after many changes at once', async () => {
        const userIds = [newUserId(), newUserId(), newUserId(), newUserId()];
        const shared = await Promise.all(
          Array.from({ length: 6 }, (_, index) =>
            create({ ownerId: userIds[index % 4] as UserId, filename: `${index}.txt` }),
          ),
        );
        const expected = new Map(userIds.map((userId) => [userId, new Set<string>()]));
        for (const { ownerId, filename } of shared) expected.get(ownerId)?.add(filename);
        for (let round = 0; round < 3; round += 1) {
          await Promise.all(
            shared.flatMap((document) =>
              userIds.map(async (userId) => {
                const names = expected.get(userId);
                if (userId === document.ownerId || Math.random() < 0.5) return;
                if (names?.delete(document.filename)) await remove(document, userId);
                else {
                  names?.add(document.filename);
                  await set(document, userId, ['read']);
                }
              }),
            ),
          );
          for (const [userId, names] of expected) expect((await listed(userId)).sort()).toEqual([...names].sort());
        }
      });

      it('misses no change that is under way while the grant is given', async () => {
        const document = await create();
        const userId = newUserId();
        const { setting } = await opened.database.transaction(async (transaction) => {
          await transaction.query("UPDATE document.documents SET filename = 'renamed.txt' WHERE document_id = $1", [
            document.documentId,
          ]);
          await recordChanges(transaction, [document]);
          const begun = set(document, userId, ['read']);
          await Promise.race([begun, sleep(200)]);
          await listed(userId);
          return { setting: begun };
        });
        await setting;
        expect(await listed(userId)).toEqual(['renamed.txt']);
      });
    });
  });
}
