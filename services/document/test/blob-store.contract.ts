import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BlobMissingError, type BlobStore, type IncomingBlob } from '../src/blobs/blob-store.ts';
import { sha256 } from './sample-documents.ts';

export interface OpenBlobStore extends AsyncDisposable {
  store: BlobStore;
  /** The names of the local files that are on their way in or out. */
  localFiles(): Promise<string[]>;
}

const contract = Buffer.from('This Agreement is made between …');

export async function* inChunks(...chunks: Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* chunks;
}

/** What every blob store promises. */
export function blobStoreContract(openStore: () => Promise<OpenBlobStore>): void {
  let opened: OpenBlobStore;
  let blobs: BlobStore;

  beforeEach(async () => {
    opened = await openStore();
    blobs = opened.store;
    await blobs.prepare();
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  const place = async (content: Uint8Array) => {
    await using incoming = await blobs.receive(inChunks(content));
    await incoming.place();
  };
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
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(64 * 1024);
    expect(Buffer.concat(chunks).equals(large)).toBe(true);
    expect(await blobs.useFile(sha256(large), (path) => readFile(path))).toEqual(large);
    await incoming[Symbol.asyncDispose]();
    expect(await opened.localFiles()).toEqual([]);
  });

  test('a file has no address before it is placed, and is gone when it is dropped instead', async () => {
    const incoming = await blobs.receive(inChunks(contract));
    expect(await addresses()).toEqual([]);
    expect(await readFile(incoming.path)).toEqual(contract);
    await incoming[Symbol.asyncDispose]();
    expect(await opened.localFiles()).toEqual([]);
    expect(await addresses()).toEqual([]);
  });

  test('an upload that breaks off leaves nothing behind', async () => {
    const breakingOff = async function* () {
      yield contract;
      throw new Error('cancelled');
    };
    await expect(blobs.receive(breakingOff())).rejects.toThrow('cancelled');
    expect(await opened.localFiles()).toEqual([]);
  });

  test('the same content is stored once, also when it is placed at the same time', async () => {
    const arriving: IncomingBlob[] = await Promise.all(
      Array.from({ length: 8 }, () => blobs.receive(inChunks(contract))),
    );
    await Promise.all(arriving.map((incoming) => incoming.place()));
    await Promise.all(arriving.map((incoming) => incoming[Symbol.asyncDispose]()));
    expect(await addresses()).toEqual([sha256(contract)]);
    expect(await contentOf(sha256(contract))).toEqual(contract);
    expect(await opened.localFiles()).toEqual([]);
  });

  test('all addresses are listed, however many there are', async () => {
    const contents = Array.from({ length: 7 }, (_, index) => Buffer.from(`contract ${index}`));
    for (const content of contents) await place(content);
    expect((await addresses()).toSorted()).toEqual(contents.map((content) => sha256(content)).toSorted());
  });

  test('content that is not there is missing, and removing it is no error', async () => {
    await expect(contentOf(sha256('nothing'))).rejects.toThrow(BlobMissingError);
    await expect(blobs.useFile(sha256('nothing'), (path) => readFile(path))).rejects.toBeInstanceOf(Error);
    await blobs.remove(sha256('nothing'));
    expect(await opened.localFiles()).toEqual([]);
  });

  test('content that was removed is gone', async () => {
    await place(contract);
    await blobs.remove(sha256(contract));
    expect(await addresses()).toEqual([]);
    await expect(contentOf(sha256(contract))).rejects.toThrow(BlobMissingError);
  });
}
