import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const NAMES = ['redis-server', 'valkey-server'];
/** The first version whose ACL rules know channels and subcommands. */
const OLDEST_MAJOR_VERSION = 7;

export interface RedisProgram {
  /** Absolute. */
  path: string;
  /** As the program tells it, for instance `7.0.15`. */
  version: string;
}

export type RedisLookup =
  | { found: true; program: RedisProgram }
  /** `reason` completes a sentence that begins "There is no Redis:". */
  | { found: false; reason: string };

/**
 * Looks for redis-server or valkey-server, version 7 or later.
 *
 * @param searchPath directories, as in the environment variable PATH.
 */
export async function findRedisProgram(searchPath: string): Promise<RedisLookup> {
  let reason = `neither ${NAMES.join(' nor ')} is on the PATH`;
  for (const name of NAMES) {
    const path = await find(name, searchPath);
    if (path === undefined) continue;
    const version = await versionOf(path);
    if (Number.parseInt(version, 10) >= OLDEST_MAJOR_VERSION) return { found: true, program: { path, version } };
    reason = `${path} is version ${version}, and ${OLDEST_MAJOR_VERSION} or later is needed`;
  }
  return { found: false, reason };
}

async function find(name: string, searchPath: string): Promise<string | undefined> {
  for (const directory of searchPath.split(delimiter)) {
    const path = join(directory, name);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Not here, or not for us: the next directory may have it, as a shell would try.
    }
  }
  return undefined;
}

async function versionOf(path: string): Promise<string> {
  const { stdout } = await run(path, ['--version']);
  return /\bv=(\S+)/.exec(stdout)?.[1] ?? 'unknown';
}
