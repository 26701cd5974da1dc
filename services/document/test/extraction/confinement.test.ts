import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { confined } from '../../src/extraction/confinement.ts';

const program = fileURLToPath(new URL('./confined-program.ts', import.meta.url));

test('a confined program reaches no network, no file but the code, no other program and no thread', async () => {
  const child = fork(program, { execArgv: [...confined], env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const [results] = await once(child, 'message');
  expect(results).toEqual({
    connect: 'ERR_ACCESS_DENIED',
    'look up a name': 'ERR_ACCESS_DENIED',
    'read a file': 'ERR_ACCESS_DENIED',
    'write a file': 'ERR_ACCESS_DENIED',
    'start a program': 'ERR_ACCESS_DENIED',
    'start a thread': 'ERR_ACCESS_DENIED',
  });
});
