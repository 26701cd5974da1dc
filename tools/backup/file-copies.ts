import { createHash } from 'node:crypto';
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { forEachAtOnce } from './for-each-at-once.ts';

const chunkBytes = 1024 * 1024;

/** Copies files into a directory that is ours alone, durably, and knows the digest of each. */
export class FileCopies {
  readonly #directory: string;
  readonly #digests = new Map<string, string>();
  #bytes = 0;

  /** @param directory is there, and stays as long as this is used */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The SHA-256 of what was copied, by its name. */
  get digests(): Record<string, string> {
    return Object.fromEntries([...this.#digests].toSorted(([one], [other]) => (one < other ? -1 : 1)));
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Copies a file, which may change meanwhile, under that name.
   *
   * @returns the SHA-256 of the copy; undefined when there is no such file
   */
  async copy(source: string, name: string): Promise<string | undefined> {
    let from: Awaited<ReturnType<typeof open>>;
    try {
      from = await open(source, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    await using _ = from;
    const hash = createHash('sha256');
    await using to = await this.#create(name);
    const buffer = Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      const { bytesRead } = await from.read(buffer, 0, chunkBytes);
      if (bytesRead === 0) break;
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      await to.writeFile(chunk);
      this.#bytes += bytesRead;
    }
    await to.sync();
    const digest = hash.digest('hex');
    this.#digests.set(name, digest);
    return digest;
  }

  /** Writes a file of that text. */
  async write(name: string, text: string): Promise<void> {
    await using to = await this.#create(name);
    await to.writeFile(text);
    await to.sync();
    this.#digests.set(name, createHash('sha256').update(text).digest('hex'));
  }

  /**
   * Copies all that is in a directory, its empty directories as well, under that name.
   *
   * @param isWanted tells for each path below the directory whether it is copied
   */
  async copyAll(source: string, name: string, isWanted: (path: string) => boolean = () => true): Promise<void> {
    const files: string[] = [];
    await mkdir(join(this.#directory, name), { recursive: true, mode: 0o700 });
    for (const path of await readdir(source, { recursive: true })) {
      if (!isWanted(path)) continue;
      if (await isDirectory(join(source, path))) {
        await mkdir(join(this.#directory, name, path), { recursive: true, mode: 0o700 });
      } else {
        files.push(path);
      }
    }
    await forEachAtOnce(files, async (path) => {
      await this.copy(join(source, path), join(name, path));
    });
  }

  async #create(name: string) {
    const path = join(this.#directory, name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return open(path, 'wx', 0o600);
  }
}

/** False also for what is gone by now. */
async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
