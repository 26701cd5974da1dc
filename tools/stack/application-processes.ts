import { mkdir, realpath } from 'node:fs/promises';
import { type GuardedProcess, spawnGuarded } from '@contract-reviewer/platform/embedded/guarded-process';
import { processesIn, waitUntil } from '@contract-reviewer/platform/embedded/processes';
import type { DataDirectory } from './data-directory.ts';
import { type ProcessName, processNames, serviceNames } from './process-names.ts';
import { compiledCode } from './repository.ts';
import { StartError } from './start-error.ts';
import { type Supervised, supervise } from './supervise.ts';

/** More than a process allows itself for its own shutdown. */
const GRACE_SECONDS = 25;

/** How a process is run: its module, and all of its environment. */
export interface ProcessSpec {
  module: string;
  env: Record<string, string>;
}

export interface ApplicationProcesses extends AsyncDisposable {
  all: readonly Supervised[];
}

/**
 * Runs the three services and the gateway, and keeps them running.
 *
 * Disposing stops the gateway first, which finishes what it has taken on while its services still answer.
 */
export async function startApplicationProcesses(
  specs: Record<ProcessName, ProcessSpec>,
  data: DataDirectory,
  report: (line: string) => void,
): Promise<ApplicationProcesses> {
  await using stack = new AsyncDisposableStack();
  const start = async (name: ProcessName) =>
    await supervise(
      name,
      () => startProcess(name, specs[name], data),
      (line) => report(`${line}; see ${logOf(name, data)}`),
    );

  const services: Supervised[] = [];
  stack.defer(async () => {
    await Promise.all(services.map((service) => service.stop()));
  });
  for (const name of serviceNames) services.push(await start(name));
  const gateway = stack.use(await start('gateway'));
  const acquired = stack.move();
  return { all: [...services, gateway], [Symbol.asyncDispose]: () => acquired.disposeAsync() };
}

async function startProcess(
  name: ProcessName,
  { module, env }: ProcessSpec,
  data: DataDirectory,
): Promise<GuardedProcess> {
  return await spawnGuarded({
    command: process.execPath,
    args: [module],
    cwd: await workingDirectory(name, data),
    env: { ...compiledCode, ...env },
    account: undefined,
    logFile: logOf(name, data),
    stopSignal: 'SIGTERM',
    graceSeconds: GRACE_SECONDS,
    stdin: true,
  });
}

/** Each process works in a directory of its own, by which a later run finds it. */
async function workingDirectory(name: ProcessName, data: DataDirectory): Promise<string> {
  const path = data.at('run', name);
  await mkdir(path, { recursive: true });
  return await realpath(path);
}

function logOf(name: ProcessName, data: DataDirectory): string {
  return data.at('log', `${name}.log`);
}

/**
 * Waits for processes of a run that was killed; they are ending, because their standard input closed.
 *
 * @throws {StartError} when they do not end.
 */
export async function awaitLeftProcesses(data: DataDirectory, report: (line: string) => void): Promise<void> {
  const left = async () => {
    const directories = await Promise.all(processNames.map((name) => workingDirectory(name, data)));
    return (await Promise.all(directories.map((directory) => processesIn(directory, 'node')))).flat();
  };
  if ((await left()).length === 0) return;
  report('Waiting for processes of an earlier run to end');
  const gone = await waitUntil(async () => (await left()).length === 0, GRACE_SECONDS * 1_000);
  if (!gone) throw new StartError(`Processes of an earlier run do not end: kill ${(await left()).join(' ')}`);
}
