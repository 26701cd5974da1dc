import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts';
import { waitUntil } from '../../src/embedded/processes.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../src/testing/temporary-directory.ts';
import { isRunning } from './is-running.ts';

const ownerModule = fileURLToPath(new URL('store-owner.ts', import.meta.url));
const password = 'orphans-test';

let directory: TemporaryDirectory;

beforeAll(async () => {
  directory = await temporaryDirectory();
});

afterAll(() => directory[Symbol.asyncDispose]());

test('stores do not outlive a parent that is killed, and start again on the same data', async () => {
  const owner = spawn(process.execPath, [ownerModule, directory.path, password], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(owner.stdout), 'line')) as [string];
  const pids = Object.values(JSON.parse(line) as Record<string, number>);
  expect(pids.map(isRunning)).toEqual([true, true]);

  owner.kill('SIGKILL');
  await once(owner, 'exit');
  expect(await waitUntil(() => !pids.some(isRunning), 10_000)).toBe(true);

  await using postgres = await startEmbeddedPostgres({ directory: join(directory.path, 'postgres'), password });
  expect(isRunning(postgres.pid)).toBe(true);
});
