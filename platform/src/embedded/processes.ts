import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * The running processes whose name begins with `command` and whose working directory is `directory` (a real path).
 *
 * The beginning, because Node calls itself `node-MainThread`.
 *
 * A database server works in its data directory, so this finds the ones that use it, and no other: a pid that was
 * written down may since have gone to somebody else.
 */
export function processesIn(directory: string, command: string): Promise<number[]> {
  return process.platform === 'linux' ? processesFromProc(directory, command) : processesFromLsof(directory, command);
}

async function processesFromProc(directory: string, command: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      try {
        const [cwd, name] = await Promise.all([readlink(`/proc/${pid}/cwd`), readFile(`/proc/${pid}/comm`, 'utf8')]);
        return cwd === directory && name.startsWith(command);
      } catch {
        // Gone since, or of another user, and then not started by us.
        return false;
      }
    }),
  );
  return pids.filter((_, index) => found[index]);
}

async function processesFromLsof(directory: string, command: string): Promise<number[]> {
  const { stdout } = await run('lsof', ['-a', '-d', 'cwd', '-c', command, '-Fpn']).catch(nothingFound);
  const pids: number[] = [];
  let pid = 0;
  for (const line of stdout.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    if (line === `n${directory}`) pids.push(pid);
  }
  return pids;
}

/** lsof ends with 1 when it finds nothing. */
function nothingFound(error: Error & { code?: unknown }): { stdout: string } {
  if (error.code === 1) return { stdout: '' };
  throw error;
}

/** Waits until `done` says so, asking every 20 ms; false when `timeoutMs` passed first. */
export async function waitUntil(done: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await done())) {
    if (performance.now() >= deadline) return false;
    await sleep(20);
  }
  return true;
}
