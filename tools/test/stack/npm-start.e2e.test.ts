import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '@contract-reviewer/platform/embedded/processes';
import { type TemporaryDirectory, temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freeSettings, processesOn } from './started-system.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

let temporary: TemporaryDirectory;
let dataDirectory: string;

beforeAll(async () => {
  temporary = await temporaryDirectory();
  dataDirectory = join(temporary.path, 'data');
});

afterAll(() => temporary[Symbol.asyncDispose]());

async function npmStart(): Promise<ChildProcess> {
  const env = { ...process.env, ...(await freeSettings(dataDirectory)) };
  const npm = spawn('npm', ['start', '--', '--no-sample'], { cwd: root, env, stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  npm.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  expect(await waitUntil(() => output.includes('Stop: Ctrl-C'), 60_000)).toBe(true);
  return npm;
}

const nothingRuns = async () => Object.values(await processesOn(dataDirectory)).flat().length === 0;

test('when npm is killed, the system stops by itself', async () => {
  const npm = await npmStart();
  npm.kill('SIGKILL');
  expect(await waitUntil(nothingRuns, 30_000)).toBe(true);
});

test('the next start works, and npm ends with 0 when it is asked to stop, after everything else has', async () => {
  const npm = await npmStart();
  npm.kill('SIGTERM');
  const [code] = (await once(npm, 'exit')) as [number | null];
  expect(code).toBe(0);
  expect(await nothingRuns()).toBe(true);
});
