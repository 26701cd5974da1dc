import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAlive, waitUntil } from '@contract-reviewer/platform/embedded/processes';
import { type TemporaryDirectory, temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { awaitLeftProcesses, startApplicationProcesses } from '../../stack/application-processes.ts';
import { openDataDirectory } from '../../stack/data-directory.ts';
import { waitUntilReady } from '../../stack/readiness.ts';
import { journalProcesses } from './journal-processes.ts';

const supervisorModule = fileURLToPath(new URL('journal-supervisor.ts', import.meta.url));
const { signal } = new AbortController();

let temporary: TemporaryDirectory;
let path: string;
let journal: string;
let reported: string[];
const report = (line: string) => void reported.push(line);

beforeEach(async () => {
  temporary = await temporaryDirectory();
  path = join(temporary.path, 'data');
  journal = join(temporary.path, 'journal');
  reported = [];
});

afterEach(() => temporary[Symbol.asyncDispose]());

interface Entry {
  name: string;
  what: string;
  pid: number;
}

async function entries(what: string): Promise<Entry[]> {
  const lines = (await readFile(journal, 'utf8').catch(() => '')).trim().split('\n');
  return lines
    .map((line) => line.split(' '))
    .map(([name = '', done = '', pid]) => ({ name, what: done, pid: Number(pid) }))
    .filter((entry) => entry.what === what);
}

const startedCount = (count: number) => waitUntil(async () => (await entries('started')).length === count, 10_000);

test('the gateway stops before the services that it needs', async () => {
  await using data = await openDataDirectory(path, { report, signal });
  const processes = await startApplicationProcesses(journalProcesses(journal, { gateway: 300 }), data, report);
  expect(await startedCount(4)).toBe(true);
  await processes[Symbol.asyncDispose]();
  const stopped = await entries('stopped');
  expect(stopped.map(({ name }) => name)[0]).toBe('gateway');
  expect(stopped).toHaveLength(4);
  expect(stopped.some(({ pid }) => isAlive(pid))).toBe(false);
});

test('a process that is killed is started again, and stays stopped when it is stopped', async () => {
  await using data = await openDataDirectory(path, { report, signal });
  {
    await using processes = await startApplicationProcesses(journalProcesses(journal), data, report);
    expect(await startedCount(4)).toBe(true);
    const analysis = processes.all.find(({ name }) => name === 'analysis');
    analysis?.current().kill('SIGKILL');
    expect(await startedCount(5)).toBe(true);
    expect((await entries('started')).at(-1)?.name).toBe('analysis');
    expect(reported[0]).toMatch(/^analysis ended \(SIGKILL\); starting it again in 0\.1 s; see .*analysis\.log$/);
  }
  expect((await entries('started')).some(({ pid }) => isAlive(pid))).toBe(false);
  expect(await entries('started')).toHaveLength(5);
});

test('processes end when their supervisor is killed, and the next run waits for them', async () => {
  const supervisor = spawn(process.execPath, [supervisorModule, path, journal], { stdio: 'inherit' });
  expect(await startedCount(4)).toBe(true);
  supervisor.kill('SIGKILL');
  await once(supervisor, 'exit');

  await using data = await openDataDirectory(path, { report, signal });
  await awaitLeftProcesses(data, report);
  expect(await entries('stopped')).toHaveLength(4);
  expect(reported).toContain('Waiting for processes of an earlier run to end');
});

test('a process that ends again and again before the system is ready fails the start, with its own words', async () => {
  await using data = await openDataDirectory(path, { report, signal });
  const specs = journalProcesses(journal);
  specs.session = { module: join(temporary.path, 'missing.ts'), env: {} };
  await using processes = await startApplicationProcesses(specs, data, report);
  const ready = waitUntilReady('http://127.0.0.1:1', processes.all, signal);
  await expect(ready).rejects.toThrow(/keep ending:\n--- session\n.*Cannot find module/s);
});
