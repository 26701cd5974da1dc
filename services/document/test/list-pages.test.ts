import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { DocumentId, UserId } from '../src/domain/document.ts';
import { openPgStore, type PgStores } from './open-stores.ts';
import { eventOf, newDocument, newUserId } from './sample-documents.ts';

let stores: PgStores;
beforeAll(async () => {
  stores = await openPgStore();
});
afterAll(() => stores[Symbol.asyncDispose]());

/** Documents of one user, some of whose moments are the same but for microseconds, or altogether. */
async function addDocuments(ownerId: UserId, count: number): Promise<void> {
  await stores.database.query(
    `INSERT INTO document.documents
       (document_id, owner_id, filename, content_type, size_bytes, sha256, status, metadata, version, created_at, updated_at)
     SELECT gen_random_uuid()::text, $1, 'lease.txt', 'text/plain', 5, repeat('a', 64), 'uploaded', '{}', 1,
            '2026-01-01'::timestamptz + (n / 3) * interval '1 microsecond', now()
       FROM generate_series(1, $2) AS n`,
    [ownerId, count],
  );
}

async function idsIn(userId: UserId): Promise<DocumentId[]> {
  const rows = await stores.database.query<{ document_id: DocumentId }>(
    'SELECT document_id FROM document.documents WHERE owner_id = $1 ORDER BY created_at DESC, document_id DESC',
    [userId],
  );
  return rows.map(({ document_id }) => document_id);
}

async function page(userId: UserId, offset: number, limit: number) {
  const { documents, totalCount } = await stores.store.list({ userId }, { offset, limit });
  return { ids: documents.map(({ documentId }) => documentId), totalCount };
}

it('every page is right, whichever were read before it and whatever has changed since', async () => {
  const userId = newUserId();
  await addDocuments(userId, 700);
  for (let round = 0; round < 6; round += 1) {
    const all = await idsIn(userId);
    for (const offset of [0, 640, 7, 350, 351, 120, 699, 700, 5000, 333, 49, 50, 51, 300]) {
      const limit = 1 + ((offset + round) % 17);
      expect(await page(userId, offset, limit)).toEqual({
        ids: all.slice(offset, offset + limit),
        totalCount: all.length,
      });
    }
    // In front of the pages, among them, or one for another, so that their number stays.
    const gone = all[(round * 67) % 400] as DocumentId;
    if (round % 3 !== 0) await stores.store.delete(gone, eventOf('document_deleted', newDocument(userId)));
    const added = newDocument(userId);
    if (round % 3 !== 1) await stores.store.create(added, eventOf('document_uploaded', added), () => Promise.resolve());
  }
});

it('what is deep in a list is found from where an earlier page ended', async () => {
  const userId = newUserId();
  await addDocuments(userId, 3000);
  await stores.database.query('ANALYZE document.documents');
  using query = vi.spyOn(stores.database, 'query');
  for (const offset of [2500, 2520, 2500]) await page(userId, offset, 10);
  const skipped = query.mock.calls.filter(([sql]) => sql.includes('OFFSET')).map(([, values]) => values?.[2]);
  expect(skipped).toEqual([[2500], [10], [2500]]);
});

it('pages that are asked for at once come together, and each is its own', async () => {
  const users = [newUserId(), newUserId(), newUserId(), newUserId()];
  const [, few = newUserId(), many = newUserId()] = users;
  await addDocuments(few, 3);
  await addDocuments(many, 2000);
  const [granted = newDocument(many).documentId] = await idsIn(many);
  await stores.database.query(
    `INSERT INTO document.grants (document_id, user_id, permissions, granted_by, document_created_at, created_at, updated_at)
     SELECT document_id, $2, '{read}', owner_id, created_at, now(), now() FROM document.documents WHERE document_id = $1`,
    [granted, few],
  );
  const lists = new Map([
    [few, [granted, ...(await idsIn(few))]],
    [many, await idsIn(many)],
  ]);
  using query = vi.spyOn(stores.database, 'query');
  const asked = users.flatMap((userId) =>
    [0, 2, 1990].flatMap((offset) => [
      { userId, offset, limit: 3 },
      { userId, documentId: granted, offset: offset % 2, limit: 5 },
    ]),
  );
  const ask = async () => {
    const found = await Promise.all(
      asked.map(({ limit, offset, ...viewer }) => stores.store.list(viewer, { limit, offset })),
    );
    for (const [index, { userId, documentId, offset, limit }] of asked.entries()) {
      const all = (lists.get(userId) ?? []).filter((id) => documentId === undefined || id === documentId);
      const { documents, totalCount } = found[index] ?? { documents: [] };
      expect(documents.map((document) => document.documentId)).toEqual(all.slice(offset, offset + limit));
      expect(totalCount).toBe(all.length);
    }
  };
  await ask();
  const together = query.mock.calls
    .filter(([sql]) => sql.includes('OFFSET'))
    .map(([, values = []]) => (values[0] as string[]).length);
  // What is far from any place that is known is read by itself.
  expect(together.toSorted((one, other) => one - other)).toEqual([1, 1, 1, 1, 8]);
  // From where pages ended before, and then from where they end no more.
  await ask();
  const added = newDocument(many);
  await stores.store.create(added, eventOf('document_uploaded', added), () => Promise.resolve());
  lists.set(many, await idsIn(many));
  await ask();
});
