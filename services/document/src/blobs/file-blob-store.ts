import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BlobMissingError, type BlobStore, type IncomingBlob } from './blob-store.ts';

const ownerOnlyFile = 0o600;
const ownerOnlyDirectory = 0o700;
const chunkBytes = 64 * 1024;
const addressShape = /^[0-9a-f]{64}$/;
const shardShape = /^[0-9a-f]{2}$/;

/**
 * Files on disk: `incoming/<random>` while they are taken in, `sha256/<first two digits>/<digest>` after that. Any
 * number of processes may share the directory, as long as it is one file system.
 */
export class FileBlobStore implements BlobStore {
  readonly #incoming: string;
  readonly #placed: string;

  constructor(directory: string) {
    this.#incoming = join(directory, 'incoming');
    this.#placed = join(directory, 'sha256');
  }

  /** Makes the directories. @throws when they cannot be written to */
  async prepare(): Promise<void> {
    for (const directory of [this.#incoming, this.#placed]) {
      await mkdir(directory, { recursive: true, mode: ownerOnlyDirectory });
      await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    }
  }

  async receive(chunks: AsyncIterable<Uint8Array>): Promise<IncomingBlob> {
    const path = join(this.#incoming, randomUUID());
    await using stack = new AsyncDisposableStack();
    stack.defer(() => rm(path, { force: true }));
    const { sha256, sizeBytes } = await writeDurably(path, chunks);
    const kept = stack.move();
    return {
      sha256,
      sizeBytes,
      path,
      place: () => this.#place(path, sha256),
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    };
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

  async dropAbandoned(before: Date): Promise<number> {
    let dropped = 0;
    for await (const { name } of await opendir(this.#incoming)) {
      const path = join(this.#incoming, name);
      if (!(await isUnchangedSince(path, before))) continue;
      await rm(path, { force: true });
      dropped += 1;
    }
    return dropped;
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

async function writeDurably(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await using file = await open(path, 'wx', ownerOnlyFile);
  for await (const chunk of chunks) {
    hash.update(chunk);
    sizeBytes += chunk.length;
    await file.appendFile(chunk);
  }
  await file.sync();
  return { sha256: hash.digest('hex'), sizeBytes };
}

async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, 'r');
  await directory.sync();
}

/** False also for a file that is gone by now. */
async function isUnchangedSince(path: string, before: Date): Promise<boolean> {
  try {
    return (await stat(path)).mtime < before;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
