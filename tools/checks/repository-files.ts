import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * The paths, relative to `root`, of every file that git tracks or would track: a new file counts before it is added.
 *
 * @throws when `root` is not inside a git work tree.
 */
export async function repositoryFiles(root: string): Promise<string[]> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await execute('git', args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const paths = new Set(stdout.split('\0').filter((path) => path !== ''));
  // git goes on listing a file that was deleted but not yet committed.
  return [...paths].filter((path) => existsSync(join(root, path))).sort();
}
