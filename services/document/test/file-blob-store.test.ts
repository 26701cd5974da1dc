import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TemporaryDirectory, temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BlobMissingError, type IncomingBlob } from '../src/blobs/blob-store.ts';
import { FileBlobStore } from '../src/blobs/file-blob-store.ts';
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

async function* inChunks(...chunks: Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* chunks;
}

async function place(content: Uint8Array): Promise<void> {
  await using incoming = await blobs.receive(inChunks(content));
  await incoming.place();
}

const incomingFiles = () => readdir(join(directory.path, 'incoming'));
const addresses = () => Array.fromAsync(blobs.addresses());
const contentOf = async (address: string) => Buffer.concat(await Array.fromAsync(blobs.read(address)));

test('what was placed is read back, byte for byte, in chunks of at most 64 KiB', async () => {
  const large = Buffer.alloc(300_000, 'clause ');
  await using incoming = await blobs.receive(
    inChunks(large.subarray(0, 1), large.subarray(1, 200_000), large.subarray(200_000)),
  );
  expect(incoming).toMatchObject({ sha256: sha256(large), sizeBytes: 300_000 });
  await incoming.place();
  const chunks = await Array.fromAsync(blobs.read(sha256(large)));
  expect(Math.max(...chunks.map(({ length }) => length))).toBe(64 * 1024);
  expect(Buffer.concat(chunks).equals(large)).toBe(true);
  expect(await blobs.useFile(sha256(large), (path) => readFile(path))).toEqual(large);
});

test('a file has no address before it is placed, and is gone when it is dropped instead', async () => {
  const incoming = await blobs.receive(inChunks(contract));
  expect(await addresses()).toEqual([]);
  expect(await readFile(incoming.path)).toEqual(contract);
  await incoming[Symbol.asyncDispose]();
  expect(await incomingFiles()).toEqual([]);
  expect(await addresses()).toEqual([]);
});

test('an upload that breaks off leaves nothing behind', async () => {
  const breakingOff = async function* () {
    yield contract;
    throw new Error('cancelled');
  };
  await expect(blobs.receive(breakingOff())).rejects.toThrow('cancelled');
  expect(await incomingFiles()).toEqual([]);
});

test('the same content is stored once, also when it is placed at the same time', async () => {
  const arriving: IncomingBlob[] = await Promise.all(
    Array.from({ length: 8 }, () => blobs.receive(inChunks(contract))),
  );
  await Promise.all(arriving.map((incoming) => incoming.place()));
  await Promise.all(arriving.map((incoming) => incoming[Symbol.asyncDispose]()));
  expect(await addresses()).toEqual([sha256(contract)]);
  expect(await contentOf(sha256(contract))).toEqual(contract);
  expect(await incomingFiles()).toEqual([]);
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

test('content that is not there is missing, and removing it is no error', async () => {
  await expect(contentOf(sha256('nothing'))).rejects.toThrow(BlobMissingError);
  await blobs.remove(sha256('nothing'));
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
