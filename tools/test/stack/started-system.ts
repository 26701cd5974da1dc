import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@contract-reviewer/platform/embedded/free-port';
import { processesIn } from '@contract-reviewer/platform/embedded/processes';
import { forEachName, processNames } from '../../stack/process-names.ts';
import { compiledCode } from '../../stack/repository.ts';

const startModule = fileURLToPath(new URL('../../stack/start.ts', import.meta.url));

/** `npm start` as a process of its own, seen from outside. Disposing asks it to stop, and waits until it has. */
export interface StartedSystem extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly url: string;
  /** What it has printed so far. */
  output(): string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

export interface StartOptions {
  dataDirectory: string;
  args?: readonly string[];
  env?: NodeJS.ProcessEnv;
}

/** Settings under which nothing else on the machine is in the way. */
export async function freeSettings(dataDirectory: string): Promise<NodeJS.ProcessEnv> {
  return {
    ...compiledCode,
    PATH: process.env.PATH,
    // As under npm: it stops when its parent, this test, is gone.
    npm_lifecycle_event: 'start',
    DATA_DIR: dataDirectory,
    PORT: String(await freePort()),
    DOCUMENT_GRPC_PORT: String(await freePort()),
    ANALYSIS_GRPC_PORT: String(await freePort()),
    SESSION_GRPC_PORT: String(await freePort()),
  };
}

/** Runs the program behind `npm start`; returns at once. */
export async function start({ dataDirectory, args = ['--no-sample'], env }: StartOptions): Promise<StartedSystem> {
  const settings = { ...(await freeSettings(dataDirectory)), ...env };
  const child = spawn(process.execPath, [startModule, ...args], { env: settings, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  return {
    child,
    url: `http://127.0.0.1:${settings.PORT}`,
    output: () => output,
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Runs it and waits until it says that everything runs. @throws Error with its output when it ends before. */
export async function startAndWait(options: StartOptions): Promise<StartedSystem> {
  const system = await start(options);
  const running = new Promise<void>((resolve) => {
    system.child.stdout?.on('data', () => {
      if (system.output().includes('Stop: Ctrl-C')) resolve();
    });
  });
  const failed = system.ended.then((how) => {
    throw new Error(`It ended with ${how}:\n${system.output()}`);
  });
  // Once it runs, its end is the test's business.
  failed.catch(() => undefined);
  await Promise.race([running, failed]);
  return system;
}

/** The processes that work on a data directory, by name: the stores, the services and the gateway. */
export async function processesOn(dataDirectory: string): Promise<Record<string, number[]>> {
  const work: Record<string, [string, string]> = {
    PostgreSQL: [join(await realOrSame(join(dataDirectory, 'postgres')), '18'), 'postgres'],
    Redis: [join(await realOrSame(join(dataDirectory, 'redis')), 'work'), 'redis-server'],
    ...forEachName(processNames, (name) => [join(dataDirectory, 'run', name), 'node'] as [string, string]),
  };
  const found = Object.entries(work).map(async ([name, where]) => [name, await processesIn(...where)] as const);
  return Object.fromEntries(await Promise.all(found));
}

/** The path without links; as it is where there is nothing, and so nobody works in it. */
async function realOrSame(path: string): Promise<string> {
  return await realpath(path).catch(() => path);
}

/** Logs in as the administrator, as the printed command does. @returns a bearer token. */
export async function logIn(system: StartedSystem, dataDirectory: string): Promise<string> {
  const password = (await readFile(join(dataDirectory, 'admin-password'), 'utf8')).trim();
  const response = await fetch(`${system.url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'admin@localhost', password }),
  });
  if (!response.ok) throw new Error(`The login answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { token: string }).token;
}
