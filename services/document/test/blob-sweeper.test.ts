import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TemporaryDirectory, temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdingBlobs } from '../../../tools/backup/held-blobs.ts';
import { BlobSweeper } from '../src/blob-sweeper.ts';
import { FileBlobStore } from '../src/blobs/file-blob-store.ts';
import type { Document } from '../src/domain/document.ts';
import { PgBlobReferenceStore } from '../src/storage/pg-blob-reference-store.ts';
import { openPgStore, type PgStores } from './open-stores.ts';
import { eventOf, newDocument, newUserId, sha256 } from './sample-documents.ts';

const hourMs = 3_600_000;
/** Of each of those who upload and delete the same content; `BLOB_ROUNDS=1000` looks for what is rarer. */
const rounds = Number(process.env.BLOB_ROUNDS ?? 10);

let pg: PgStores;
let directory: TemporaryDirectory;
let blobs: FileBlobStore;
let sweeper: BlobSweeper;

beforeAll(async () => {
  pg = await openPgStore();
  directory = await temporaryDirectory();
  blobs = new FileBlobStore(directory.path);
  await blobs.prepare();
  sweeper = new BlobSweeper(blobs, new PgBlobReferenceStore(pg.database), hourMs);
});
afterAll(async () => {
  await directory[Symbol.asyncDispose]();
  await pg[Symbol.asyncDispose]();
});

async function* oneChunk(content: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(content);
}

async function upload(content: string): Promise<Document> {
  await using incoming = await blobs.receive(oneChunk(content));
  const document = newDocument(newUserId(), { sha256: incoming.sha256, sizeBytes: incoming.sizeBytes });
  await pg.store.create(document, eventOf('document_uploaded', document), () => incoming.place());
  return document;
}

const deleteDocument = (document: Document) =>
  pg.store.delete(document.documentId, eventOf('document_deleted', document));

async function isStored(hash: string): Promise<boolean> {
  return (await Array.fromAsync(blobs.addresses())).includes(hash);
}

test('a sweep removes what crashes have left behind, and nothing that is needed', async () => {
  const document = await upload('needed');
  // A process that died after it had placed the content and before its transaction committed.
  await using orphan = await blobs.receive(oneChunk('orphan'));
  await orphan.place();
  // One that died while it was receiving, long ago; and one that is receiving now.
  const [old, recent] = ['old', 'recent'].map((name) => join(directory.path, 'incoming', name));
  await Promise.all([old, recent].map((path) => writeFile(path as string, 'half a')));
  await utimes(old as string, new Date(0), new Date(Date.now() - 2 * hourMs));

  await sweeper.sweep();

  expect(await isStored(document.sha256)).toBe(true);
  expect(await isStored(sha256('orphan'))).toBe(false);
  expect(await readdir(join(directory.path, 'incoming'))).toEqual(['recent']);
});

test('content is removed with the last document that needs it', async () => {
  const [first, second] = [await upload('shared'), await upload('shared')];
  await deleteDocument(first);
  expect(await sweeper.removeUnreferenced(first.sha256)).toBe(false);
  await deleteDocument(second);
  expect(await sweeper.removeUnreferenced(second.sha256)).toBe(true);
  expect(await isStored(second.sha256)).toBe(false);
});

test('a sweep looks through any number of files', async () => {
  const shard = join(directory.path, 'sha256', 'ff');
  await mkdir(shard, { recursive: true });
  const names = Array.from({ length: 1100 }, (_, index) => `ff${sha256(String(index)).slice(2)}`);
  await Promise.all(names.map((name) => writeFile(join(shard, name), '')));
  await sweeper.sweep();
  expect(await readdir(shard)).toEqual([]);
});

test('uploads, deletions and sweeps of the same content at the same time leave each document its content', async () => {
  const content = 'popular template';
  const hash = sha256(content);
  let sweeping = true;
  const sweeps = (async () => {
    while (sweeping) await sweeper.sweep();
  })();
  const lives = Array.from({ length: 6 }, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const document = await upload(content);
      // It is there for as long as the document is, whatever the others do.
      expect(await isStored(hash)).toBe(true);
      await deleteDocument(document);
      await sweeper.removeUnreferenced(hash);
    }
  });
  await Promise.all(lives);
  sweeping = false;
  await sweeps;
  expect(await isStored(hash)).toBe(false);
});

test('nothing is removed while a backup is being taken, and it is afterwards', async () => {
  await using orphan = await blobs.receive(oneChunk('wanted by a backup'));
  await orphan.place();
  await holdingBlobs(pg.url, async () => {
    await sweeper.sweep();
    expect(await sweeper.removeUnreferenced(orphan.sha256)).toBe(false);
    expect(await isStored(orphan.sha256)).toBe(true);
  });
  expect(await sweeper.removeUnreferenced(orphan.sha256)).toBe(true);
});
