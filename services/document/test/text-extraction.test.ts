import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { FileBlobStore } from '../src/blobs/file-blob-store.ts';
import type { Document } from '../src/domain/document.ts';
import { WorkerExtractor } from '../src/extraction/worker-extractor.ts';
import { TextExtraction } from '../src/text-extraction.ts';
import { silentLogger } from './document-stack.ts';
import { openPgStore, type PgStores } from './open-stores.ts';
import { eventOf, newDocument, newUserId } from './sample-documents.ts';

const stack = new AsyncDisposableStack();
let pg: PgStores;
let blobs: FileBlobStore;
let document: Document;
const alive = new AbortController().signal;

beforeAll(async () => {
  pg = stack.use(await openPgStore());
  blobs = new FileBlobStore(stack.use(await temporaryDirectory()).path);
  await blobs.prepare();
});
afterAll(() => stack.disposeAsync());

async function* contract(): AsyncIterable<Uint8Array> {
  yield Buffer.from('This Agreement …');
}

beforeEach(async () => {
  await using incoming = await blobs.receive(contract());
  document = newDocument(newUserId(), { sha256: incoming.sha256, sizeBytes: incoming.sizeBytes });
  await pg.store.create(document, eventOf('document_uploaded', document), () => incoming.place());
});

test('a job that is done twice at the same time takes effect once', async () => {
  await using extractor = new WorkerExtractor({ logger: silentLogger });
  const extraction = new TextExtraction(pg.store, blobs, extractor);
  await Promise.all([extraction.extract(document, alive), extraction.extract(document, alive)]);
  // Two attempts began and one of them finished.
  expect(await pg.store.get(document.documentId)).toMatchObject({ status: 'ready', version: 4 });
  await extraction.extract(document, alive);
  expect(await pg.store.get(document.documentId)).toMatchObject({ status: 'ready', version: 4 });
});

test('a document that was deleted meanwhile is nobody’s trouble', async () => {
  await using extractor = new WorkerExtractor({ logger: silentLogger });
  await pg.store.delete(document.documentId, eventOf('document_deleted', document));
  await new TextExtraction(pg.store, blobs, extractor).extract(document, alive);
});

test('after its last attempt has failed by our fault, a document is unreadable and says so', async () => {
  const extractor = new WorkerExtractor({ logger: silentLogger });
  await extractor[Symbol.asyncDispose]();
  const extraction = new TextExtraction(pg.store, blobs, extractor);
  await pg.database.query("UPDATE document_jobs.job SET retry_limit = 0 WHERE name = 'extraction'");
  await pg.jobs.work(
    { concurrency: 2 },
    { handle: (job, { signal }) => extraction.extract(job, signal), giveUp: (job) => extraction.giveUp(job) },
  );
  for (;;) {
    const { status, statusReason } = (await pg.store.get(document.documentId)) ?? {};
    if (status === 'uploaded' || status === 'extracting') await sleep(20);
    else {
      expect({ status, statusReason }).toMatchObject({
        status: 'unreadable',
        statusReason: { reason: 'extraction_failed' },
      });
      break;
    }
  }
});
