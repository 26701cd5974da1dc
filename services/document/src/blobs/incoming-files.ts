import { createHash, randomUUID } from 'node:crypto';
import { access, constants, mkdir, open, opendir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const ownerOnlyFile = 0o600;
export const ownerOnlyDirectory = 0o700;

/** A file that was taken in whole, and goes when it is disposed of. */
export interface IncomingFile extends AsyncDisposable {
  readonly path: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A directory of files that are being taken in, each under a random name: nobody knows its digest before its end. */
export class IncomingFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes the directory. @throws when it cannot be written to */
  async prepare(): Promise<void> {
    await prepareDirectory(this.#directory);
  }

  /** Writes a file durably. @throws what `chunks` throws; nothing is left behind then */
  async receive(chunks: AsyncIterable<Uint8Array>): Promise<IncomingFile> {
    const path = this.newPath();
    await using stack = new AsyncDisposableStack();
    stack.defer(() => rm(path, { force: true }));
    const written = await writeDurably(path, chunks);
    const kept = stack.move();
    return { path, ...written, [Symbol.asyncDispose]: () => kept.disposeAsync() };
  }

  /** A name that no other file has. */
  newPath(): string {
    return join(this.#directory, randomUUID());
  }

  /** Drops files that have not grown since `before`. @returns how many */
  async dropAbandoned(before: Date): Promise<number> {
    let dropped = 0;
    for await (const { name } of await opendir(this.#directory)) {
      const path = join(this.#directory, name);
      if (!(await isUnchangedSince(path, before))) continue;
      await rm(path, { force: true });
      dropped += 1;
    }
    return dropped;
  }
}

/** @throws when it cannot be made or used */
export async function prepareDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: ownerOnlyDirectory });
  await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
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

/** False also for a file that is gone by now. */
async function isUnchangedSince(path: string, before: Date): Promise<boolean> {
  try {
    return (await stat(path)).mtime < before;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
