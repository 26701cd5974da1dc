import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { HOST } from '../stack/process-environment.ts';
import { StartError } from '../stack/start-error.ts';

/** What a client asks for, over and over. */
export interface Load {
  port: number;
  method: 'GET' | 'POST';
  /** Taken in turn. */
  requests: readonly { path: string; token?: string }[];
  headers?: Record<string, string>;
  /** `{number}` in it becomes what no other request has. */
  body?: string;
  /** What is POSTed after each answer, and ends with a review; `{document_id}` is taken from the answer. */
  following?: string;
  connections: number;
  seconds: number;
}

export interface LoadResult {
  /** Answers with a status of success; what follows an answer makes one with it. */
  answers: number;
  /** Other statuses, reviews that came to nothing, broken connections, and requests without an answer in time. */
  failures: number;
  /** The first of them: status and body. */
  failure: string;
  /** Of the answers, how many said that a cache had served them. */
  hits: number;
  seconds: number;
  /** Of the answers, in milliseconds. */
  p50Ms: number;
  p99Ms: number;
}

const script = fileURLToPath(new URL('load-client.lua', import.meta.url));
const run = promisify(execFile);

/**
 * Runs `wrk`, which takes little of the processor that whoever is asked is measured on.
 *
 * @throws {StartError} when there is no `wrk`
 */
export async function runLoad(load: Load, signal: AbortSignal): Promise<LoadResult> {
  const { port, method, requests, headers = {}, body = '', following = '', connections, seconds } = load;
  await using resources = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'contract-reviewer-load-'));
  resources.defer(() => rm(directory, { recursive: true }));
  const requestsFile = join(directory, 'requests');
  await writeFile(requestsFile, requests.map(({ path, token = '' }) => `${path} ${token}`.trimEnd()).join('\n'));
  // The script learns which connection an answer came on by there being no other in its thread.
  const threads = following === '' ? 1 : connections;
  const settings = ['--threads', String(threads), '--connections', String(connections), '--duration', `${seconds}s`];
  const scriptArgs = [requestsFile, method, body, following, randomUUID(), ...Object.entries(headers).flat()];
  const { stdout } = await run(
    'wrk',
    [...settings, '--timeout', '60s', '--script', script, `http://${HOST}:${port}`, '--', ...scriptArgs],
    { signal },
  ).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new StartError('The clients are wrk: put it on the PATH (apt-get install wrk, brew install wrk).');
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as LoadResult;
}
