import { randomUUID } from 'node:crypto';
import { chmod, chown, lstat, mkdir, realpath, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Account } from './account.ts';
import { StoreError } from './store-error.ts';

/** Where root keeps what an unprivileged account must reach but cannot where we were told to put it. */
export const SYSTEM_DIRECTORY = '/var/lib/contract-reviewer';

/**
 * Makes `path` a directory of ours that `account` can pass through, and returns its real path.
 *
 * It stays ours: in a directory of the account's, a store that was taken over could put links in the way of what root
 * writes there. What the account must write goes into a {@link privateDirectory} inside.
 *
 * A directory above it can bar the account, as `/root` does. Opening that one up is not ours to do, so the directory is
 * then made under {@link SYSTEM_DIRECTORY} and `path` becomes a link to it: who removes `path` starts afresh.
 *
 * @throws {StoreError} when `path` is there and the account cannot reach it.
 */
export async function storeDirectory(path: string, account: Account | undefined): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  if (account === undefined) {
    await mkdir(path, { recursive: true, mode: 0o700 });
    return await realpath(path);
  }
  if (!(await exists(path))) await create(path, account);
  const real = await realpath(path);
  if (!(await canReach(account, real))) {
    throw new StoreError(`The account ${account.name} cannot reach ${real}: a directory above it bars others`);
  }
  return real;
}

/** Makes `path` a directory that only `account`, or only we, enter. @returns `path` */
export async function privateDirectory(path: string, account: Account | undefined): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (account) await chown(path, account.uid, account.gid);
  return path;
}

async function create(path: string, account: Account): Promise<void> {
  const parent = await realpath(dirname(path));
  if (await canReach(account, parent)) {
    await makePassable(path);
    return;
  }
  await mkdir(SYSTEM_DIRECTORY, { recursive: true, mode: 0o755 });
  const elsewhere = join(SYSTEM_DIRECTORY, randomUUID());
  await makePassable(elsewhere);
  await symlink(elsewhere, path);
}

async function makePassable(path: string): Promise<void> {
  await mkdir(path);
  // Apart from mkdir, which a umask takes permissions from.
  await chmod(path, 0o711);
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Whether `account` may enter `path` (real and absolute) and every directory above it. */
export async function canReach(account: Account, path: string): Promise<boolean> {
  const { mode, uid, gid } = await stat(path);
  const executeBit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  if ((mode & executeBit) === 0) return false;
  const parent = dirname(path);
  return parent === path || (await canReach(account, parent));
}
