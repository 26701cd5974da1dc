import { randomUUID } from 'node:crypto';
import { mkdir, open, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../gateway/gateway-access.ts';

/**
 * Makes the directory that reports go to, unless there is one, and writes to it, so that nobody waits for reviews whose
 * reports cannot be kept.
 *
 * @throws {UsageError} if it cannot be made or written to
 */
export async function prepareReportDirectory(directory: string): Promise<void> {
  try {
    await makeDirectory(resolve(directory));
    const probe = join(directory, `.review-${randomUUID()}`);
    await using _ = await open(probe, 'wx');
    await unlink(probe);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`--out: ${directory} cannot be written to (${code}).`, { cause: error });
  }
}

/** One level at a time: Node's own recursive mkdir never ends below directories such as /proc, which refuse with ENOENT. */
async function makeDirectory(path: string): Promise<void> {
  if (await exists(path)) return;
  await makeDirectory(dirname(path));
  try {
    await mkdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
