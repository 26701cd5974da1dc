import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StoreError } from './store-error.ts';

const run = promisify(execFile);

/** A user of the operating system that a store runs as. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The account a store should run as: none (our own) for a normal user; for root the first of `candidates` that exists,
 * because PostgreSQL refuses to run as root and Redis has no reason to.
 *
 * @throws {StoreError} when we are root and none of the candidates exists.
 */
export async function unprivilegedAccount(candidates: readonly string[]): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of candidates) {
    const account = await lookUp(name);
    if (account !== undefined) return account;
  }
  throw new StoreError(`Running as root needs one of these accounts to run the stores as: ${candidates.join(', ')}`);
}

async function lookUp(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('/usr/bin/id', ['-u', name]), run('/usr/bin/id', ['-g', name])]);
    return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch (error) {
    // The exit code of `id` when there is no such account.
    if ((error as { code?: unknown }).code === 1) return undefined;
    throw error;
  }
}
