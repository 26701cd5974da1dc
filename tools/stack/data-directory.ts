import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from './start-error.ts';

/** A run that was killed may still be ending its processes; a run that is alive and well is not waited for longer. */
const LOCK_TIMEOUT_MS = 8_000;
const SQLITE_BUSY = 5;

export interface DataDirectory extends AsyncDisposable {
  readonly path: string;
  /** The path of something in it. */
  at(...names: string[]): string;
}

export interface OpenOptions {
  report: (line: string) => void;
  signal: AbortSignal;
  lockTimeoutMs?: number;
}

/**
 * Makes the data directory and takes it for this process alone.
 *
 * @throws {StartError} when another process has it and does not give it back in time.
 */
export async function openDataDirectory(path: string, options: OpenOptions): Promise<DataDirectory> {
  await mkdir(join(path, 'log'), { recursive: true });
  // Others may pass, because PostgreSQL runs as another account when we are root, but not look around.
  await chmod(path, 0o711);
  await chmod(join(path, 'log'), 0o700);
  const lockFile = join(path, 'lock');
  const lock = await acquire(lockFile, path, options);
  return {
    path,
    at: (...names) => join(path, ...names),
    [Symbol.asyncDispose]: async () => {
      await rm(lockFile, { force: true });
      lock.close();
    },
  };
}

async function acquire(lockFile: string, path: string, options: OpenOptions): Promise<DatabaseSync> {
  const { report, signal, lockTimeoutMs = LOCK_TIMEOUT_MS } = options;
  const deadline = performance.now() + lockTimeoutMs;
  for (let waited = false; ; waited = true) {
    const lock = tryLock(lockFile);
    if (lock !== undefined) return lock;
    const inUse = `Another \`npm start\` uses ${path}`;
    if (performance.now() >= deadline) {
      throw new StartError(`${inUse}: stop that one, or set DATA_DIR to another place`);
    }
    if (!waited) report(`${inUse}; waiting ${lockTimeoutMs / 1_000} s in case it is just ending`);
    await sleep(200, undefined, { signal });
  }
}

/**
 * Node has no file locks, but SQLite has: the kernel frees this one when its holder dies, whichever way, so that there
 * are neither stale locks nor pids that have gone to somebody else.
 */
function tryLock(file: string): DatabaseSync | undefined {
  const database = new DatabaseSync(file);
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
}
