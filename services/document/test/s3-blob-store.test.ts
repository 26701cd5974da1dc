import { readdir } from 'node:fs/promises';
import { createLogger } from '@contract-reviewer/platform/log';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { describe, expect, test } from 'vitest';
import { S3BlobStore, type S3Settings } from '../src/blobs/s3-blob-store.ts';
import { blobStoreContract, inChunks } from './blob-store.contract.ts';
import { sha256 } from './sample-documents.ts';
import { startS3, type TestS3 } from './test-s3.ts';

const logger = createLogger({ service: 'document', level: 'silent' });

async function openS3(settings: (s3: TestS3) => S3Settings = (s3) => s3.settings) {
  await using stack = new AsyncDisposableStack();
  const s3 = stack.use(await startS3());
  const directory = stack.use(await temporaryDirectory());
  const store = stack.use(new S3BlobStore(settings(s3), directory.path, logger));
  const acquired = stack.move();
  return {
    s3,
    store,
    localFiles: () => readdir(directory.path),
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

const contract = Buffer.from('This Agreement is made between …');

describe('an S3 bucket keeps the contract of a blob store:', () => {
  blobStoreContract(openS3);
});

test('several processes share a bucket', async () => {
  await using first = await openS3();
  await using directory = await temporaryDirectory();
  using second = new S3BlobStore(first.s3.settings, directory.path, logger);
  for (const store of [first.store, second]) await store.prepare();
  await using incoming = await first.store.receive(inChunks(contract));
  await incoming.place();
  expect(Buffer.concat(await Array.fromAsync(second.read(sha256(contract))))).toEqual(contract);
});

test('an upload is repeated when the server is overloaded for a moment', async () => {
  await using opened = await openS3();
  await opened.store.prepare();
  opened.s3.fail('PUT', 503, 2);
  await using incoming = await opened.store.receive(inChunks(contract));
  await incoming.place();
  expect([...opened.s3.objects.values()]).toEqual([contract]);
  expect(opened.s3.requests.PUT).toBe(3);
});

test('an upload that the server refuses is not repeated', async () => {
  await using opened = await openS3();
  await opened.store.prepare();
  opened.s3.fail('PUT', 400, 1);
  await using incoming = await opened.store.receive(inChunks(contract));
  await expect(incoming.place()).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  expect(opened.s3.requests.PUT).toBe(1);
  expect(opened.s3.objects.size).toBe(0);
});

test('a wrong key is told of at the start', async () => {
  await using opened = await openS3(({ settings }) => ({ ...settings, secretAccessKey: 'another' }));
  await expect(opened.store.prepare()).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
});

test('a bucket that is not there is told of at the start', async () => {
  await using opened = await openS3(({ settings }) => ({ ...settings, bucket: 'elsewhere' }));
  await expect(opened.store.prepare()).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
});
