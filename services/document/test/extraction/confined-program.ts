import { spawn } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

/** What a parser might be made to do by the document that it reads, each with the code of the error that it met. */
const attempts: Record<string, () => Promise<unknown>> = {
  connect: () => once(connect(9, '127.0.0.1'), 'connect'),
  'look up a name': () => lookup('localhost'),
  'read a file': () => readFile('/etc/hostname'),
  'write a file': () => writeFile(`${process.cwd()}/hostile-file`, ''),
  'start a program': async () => spawn('true'),
  'start a thread': async () => new Worker('', { eval: true }),
};

async function codeOf(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
    return 'succeeded';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

const results: Record<string, string> = {};
for (const [name, attempt] of Object.entries(attempts)) results[name] = await codeOf(attempt);
process.send?.(results);
process.disconnect?.();
