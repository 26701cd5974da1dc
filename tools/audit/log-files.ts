import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { type AuditRecord, parseRecord } from '@contract-reviewer/platform/audit/audit-records';

/** A file cannot be read or written. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw fileError(path, error);
  }
}

/** Whole or not at all. */
export async function writeText(path: string, text: string, mode = 0o644): Promise<void> {
  try {
    await writeFile(`${path}.unfinished`, text, { mode });
    await rename(`${path}.unfinished`, path);
  } catch (error) {
    throw fileError(path, error);
  }
}

/** The lines of files, one file after the other. */
export async function* linesOf(paths: readonly string[]): AsyncGenerator<string> {
  for (const path of paths) {
    // Opened first, because the lines of a file that cannot be opened are none.
    const file = await open(path).catch((error: unknown) => Promise.reject(fileError(path, error)));
    yield* file.readLines();
  }
}

export async function* recordsOf(lines: AsyncIterable<string>): AsyncGenerator<AuditRecord> {
  for await (const line of lines) if (line !== '') yield parseRecord(line);
}

/** Writes lines to standard output. */
export async function print(lines: AsyncIterable<string>): Promise<void> {
  for await (const line of lines) {
    if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
  }
}

/**
 * Writes lines to a new file, and sees to it that they are on the disk.
 *
 * @returns SHA-256 of the file, in hexadecimal
 * @throws {FileError} also when there is a file of that name
 */
export async function writeNewFile(path: string, lines: AsyncIterable<string>): Promise<string> {
  const file = createWriteStream(path, { flags: 'wx', flush: true, mode: 0o600 });
  const closed = once(file, 'close');
  // An error before the end is told by what is awaited then.
  closed.catch(() => undefined);
  const hash = createHash('sha256');
  try {
    await once(file, 'open');
    for await (const line of lines) {
      hash.update(`${line}\n`);
      if (!file.write(`${line}\n`)) await once(file, 'drain');
    }
  } catch (error) {
    file.destroy();
    throw (error as NodeJS.ErrnoException).syscall ? fileError(path, error) : error;
  }
  file.end();
  await closed;
  return hash.digest('hex');
}

function fileError(path: string, error: unknown): FileError {
  return new FileError(`${path}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`, {
    cause: error,
  });
}
