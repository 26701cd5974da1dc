import { createReadStream } from 'node:fs';
import { mkdir, open, opendir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BlobMissingError, type BlobStore, type IncomingBlob } from './blob-store.ts';
import { IncomingFiles, isMissing, ownerOnlyDirectory, prepareDirectory } from './incoming-files.ts';

const chunkBytes = 64 * 1024;
const addressShape = /^[0-9a-f]{64}$/;
const shardShape = /^[0-9a-f]{2}$/;

/**
 * Files on disk: `incoming/<random>` while they are taken in, `sha256/<first two digits>/<digest>` after that. Any
 * number of processes may share the directory, as long as it is one file system.
 */
export class FileBlobStore implements BlobStore {
  readonly #incoming: IncomingFiles;
  readonly #placed: string;

  constructor(directory: string) {
    this.#incoming = new IncomingFiles(join(directory, 'incoming'));
    this.#placed = join(directory, 'sha256');
  }

  /** Makes the directories. @throws when they cannot be written to */
  async prepare(): Promise<void> {
    await this.#incoming.prepare();
    await prepareDirectory(this.#placed);
  }

  async receive(chunks: AsyncIterable<Uint8Array>): Promise<IncomingBlob> {
    const file = await this.#incoming.receive(chunks);
    return { ...file, place: () => this.#place(file.path, file.sha256) };
  }

  async *read(sha256: string): AsyncIterable<Buffer> {
    try {
      yield* createReadStream(this.#addressOf(sha256), { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>;
    } catch (error) {
      throw isMissing(error) ? new BlobMissingError(sha256, { cause: error }) : error;
    }
  }

  useFile<T>(sha256: string, use: (path: string) => Promise<T>): Promise<T> {
    return use(this.#addressOf(sha256));
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.#addressOf(sha256), { force: true });
  }

  async *addresses(): AsyncIterable<string> {
    for await (const shard of await opendir(this.#placed)) {
      // What others put here, such as `lost+found` or `.DS_Store`, is not ours to read.
      if (!shard.isDirectory() || !shardShape.test(shard.name)) continue;
      for await (const { name } of await opendir(join(this.#placed, shard.name))) {
        if (addressShape.test(name)) yield name;
      }
    }
  }

  dropAbandoned(before: Date): Promise<number> {
    return this.#incoming.dropAbandoned(before);
  }

  /** Replaces a file that is there, which has the same bytes; who is reading it goes on with the old one. */
  async #place(path: string, sha256: string): Promise<void> {
    const shard = this.#shardOf(sha256);
    const isNewShard = (await mkdir(shard, { recursive: true, mode: ownerOnlyDirectory })) !== undefined;
    await rename(path, this.#addressOf(sha256));
    // A rename outlives a power failure once its directory is on disk.
    await syncDirectory(shard);
    if (isNewShard) await syncDirectory(this.#placed);
  }

  #addressOf(sha256: string): string {
    return join(this.#shardOf(sha256), sha256);
  }

  /** One directory with all files would be slow to list on some file systems. */
  #shardOf(sha256: string): string {
    return join(this.#placed, sha256.slice(0, 2));
  }
}

async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, 'r');
  await directory.sync();
}
