import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type TemporaryDirectory, temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDataDirectory } from '../../stack/data-directory.ts';
import { StartError } from '../../stack/start-error.ts';

const holderModule = fileURLToPath(new URL('data-directory-holder.ts', import.meta.url));

let temporary: TemporaryDirectory;

beforeAll(async () => {
  temporary = await temporaryDirectory();
});

afterAll(() => temporary[Symbol.asyncDispose]());

const { signal } = new AbortController();
const report = () => undefined;

async function hold(path: string) {
  const holder = spawn(process.execPath, [holderModule, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(createInterface(holder.stdout), 'line');
  return holder;
}

test('a second run on the same data is refused and told why', async () => {
  const path = join(temporary.path, 'refused');
  const holder = await hold(path);
  try {
    const opening = openDataDirectory(path, { report, signal, lockTimeoutMs: 0 });
    await expect(opening).rejects.toThrow(StartError);
    await expect(opening).rejects.toThrow(`Another \`npm start\` uses ${path}`);
  } finally {
    holder.kill('SIGKILL');
  }
});

test('a run that was killed leaves no lock', async () => {
  const path = join(temporary.path, 'killed');
  const holder = await hold(path);
  const opening = openDataDirectory(path, { report, signal });
  holder.kill('SIGKILL');
  await using data = await opening;
  expect(data.path).toBe(path);
});

test('the lock goes with the run, and others cannot look into the directory', async () => {
  const path = join(temporary.path, 'released');
  const data = await openDataDirectory(path, { report, signal, lockTimeoutMs: 0 });
  expect((await stat(path)).mode & 0o777).toBe(0o711);
  await data[Symbol.asyncDispose]();
  await expect(access(data.at('lock'))).rejects.toThrow('ENOENT');
  await using again = await openDataDirectory(path, { report, signal, lockTimeoutMs: 0 });
  expect(again.path).toBe(path);
});
