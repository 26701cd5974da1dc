import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { isAlive } from '@contract-reviewer/platform/embedded/processes';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { describe, expect, it } from 'vitest';
import { compiledCode } from '../../stack/repository.ts';
import { repository } from '../e2e/system.ts';

interface Faults {
  process: ChildProcess;
  /** What it has told people so far. */
  progress(): string;
  /** Its exit code and its result, if it had one. */
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into the result by its documented names.
  ended: Promise<{ code: number | null; result: any }>;
}

function startFaults(args: readonly string[], env: NodeJS.ProcessEnv = {}): Faults {
  const child = spawn(process.execPath, ['tools/faults/main.ts', '--json', ...args], {
    cwd: repository,
    env: { ...compiledCode, PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let progress = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    progress += text;
  });
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    result: output === '' ? undefined : JSON.parse(output),
  }));
  return { process: child, progress: () => progress, ended };
}

describe('two of each process, broken again and again', () => {
  it('lose nothing, show nothing stale and accept no revoked session', async () => {
    const faults = startFaults(['--seconds', '5', '--faults', '2']);
    const { code, result } = await faults.ended;
    expect(result, faults.progress()).toMatchObject({ violations: 0, unexpected_ends: [], shown: [] });
    expect(code).toBe(0);
    expect(result.faults).toBeGreaterThanOrEqual(2);
    console.log(`${result.answered} operations answered, ${result.faults} faults, seed ${result.seed}`);
  }, 180_000);

  it('are found out when fills ignore their lease', async () => {
    const { code, result } = await startFaults(['--seconds', '90', '--until-found', '--without', 'lease']).ended;
    expect(code).toBe(1);
    expect(result.violations).toBeGreaterThan(0);
    expect(result.shown[0].length).toBeGreaterThanOrEqual(2);
  }, 180_000);

  it('leave neither a process nor a file behind after Ctrl-C', async () => {
    await using directory = await temporaryDirectory();
    const faults = startFaults(['--seconds', '600'], { TMPDIR: directory.path });
    await expect.poll(faults.progress, { timeout: 90_000 }).toContain('under load');
    const pids = await childrenOf(faults.process.pid as number);
    expect(pids.length).toBeGreaterThan(8);
    faults.process.kill('SIGINT');
    expect((await faults.ended).code).toBe(1);
    await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
    expect(await readdir(directory.path)).toEqual([]);
  }, 180_000);
});

/** What the process has started itself, by the kernel's own list. */
async function childrenOf(parent: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${parent}/task`);
  const lists = await Promise.all(tasks.map((task) => readFile(`/proc/${parent}/task/${task}/children`, 'utf8')));
  return lists.flatMap((list) => list.split(' ').filter((pid) => pid !== '')).map(Number);
}
