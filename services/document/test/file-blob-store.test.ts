import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TemporaryDirectory, temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileBlobStore } from '../src/blobs/file-blob-store.ts';
import { blobStoreContract, inChunks } from './blob-store.contract.ts';
import { sha256 } from './sample-documents.ts';

let directory: TemporaryDirectory;
let blobs: FileBlobStore;

beforeEach(async () => {
  directory = await temporaryDirectory();
  blobs = new FileBlobStore(directory.path);
  await blobs.prepare();
});
afterEach(() => directory[Symbol.asyncDispose]());

const contract = Buffer.from('This Agreement is made between …');

async function place(content: Uint8Array): Promise<void> {
  await using incoming = await blobs.receive(inChunks(content));
  await incoming.place();
}

describe('a directory keeps the contract of a blob store:', () => {
  blobStoreContract(async () => ({
    store: blobs,
    localFiles: () => readdir(join(directory.path, 'incoming')),
    [Symbol.asyncDispose]: async () => undefined,
  }));
});

test('a reader goes on to the end when the content is placed again or removed meanwhile', async () => {
  const large = Buffer.alloc(1_000_000, 'x');
  await place(large);
  const reader = blobs.read(sha256(large))[Symbol.asyncIterator]();
  let size = (await reader.next()).value.length;
  await place(large);
  await blobs.remove(sha256(large));
  for (let next = await reader.next(); !next.done; next = await reader.next()) size += next.value.length;
  expect(size).toBe(large.length);
});

test('nobody but the owner of the process can read anything', async () => {
  await place(contract);
  const entries = await readdir(directory.path, { recursive: true, withFileTypes: true });
  const modes = await Promise.all(
    entries.map(async (entry) => {
      const { mode } = await stat(join(entry.parentPath, entry.name));
      return `${entry.isDirectory() ? 'directory' : 'file'} ${(mode & 0o777).toString(8)}`;
    }),
  );
  expect(new Set(modes)).toEqual(new Set(['directory 700', 'file 600']));
});

test('only what has not grown for long is dropped as abandoned', async () => {
  const started = new Date(Date.now() - 10_000);
  await using live = await blobs.receive(inChunks(contract));
  const leftover = join(directory.path, 'incoming', 'leftover');
  await writeFile(leftover, 'half a file');
  await utimes(leftover, started, started);
  expect(await blobs.dropAbandoned(new Date(Date.now() - 5000))).toBe(1);
  expect(await readFile(live.path)).toEqual(contract);
  await sleep(10);
  expect(await blobs.dropAbandoned(new Date())).toBe(1);
  await expect(live.place()).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a directory that cannot be used is told of at the start', async () => {
  const file = join(directory.path, 'a-file');
  await writeFile(file, '');
  await expect(new FileBlobStore(file).prepare()).rejects.toMatchObject({ code: 'ENOTDIR' });
});
