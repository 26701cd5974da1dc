import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@contract-reviewer/platform/embedded/free-port';
import { type ProcessName, processNames } from '../stack/process-names.ts';
import { readSettings } from '../stack/settings.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { StartError } from '../stack/start-error.ts';

/** The system as `npm start` runs it, in a directory that goes with it. */
export interface BenchSystem extends AsyncDisposable {
  port: number;
  stack: Stack;
  redisUrls: Record<ProcessName, string>;
  admin: { email: string; password: string };
}

/** @param environment further settings of `npm start` @throws {StartError} also when there is no Redis, for then there is nothing to compare */
export async function startBenchSystem(
  report: (line: string) => void,
  signal: AbortSignal,
  environment: Readonly<Record<string, string>> = {},
): Promise<BenchSystem> {
  await using resources = new AsyncDisposableStack();
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'contract-reviewer-bench-')));
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  // Others may pass, because the stores run as other accounts when we are root.
  await chmod(directory, 0o711);
  const port = await freePort();
  const settings = readSettings(['--no-sample'], {
    PORT: String(port),
    DOCUMENT_GRPC_PORT: String(await freePort()),
    ANALYSIS_GRPC_PORT: String(await freePort()),
    SESSION_GRPC_PORT: String(await freePort()),
    DATA_DIR: directory,
    LOG_LEVEL: 'warn',
    ...environment,
  });
  if (settings === 'help') throw new TypeError('help was not asked for');
  const stack = resources.use(await startStack(settings, { report, signal, searchPath: process.env.PATH ?? '' }));
  const { redisUrls } = stack;
  if (redisUrls === undefined) throw new StartError('The references need Redis: put a redis-server on the PATH.');
  const acquired = resources.move();
  return {
    port,
    stack,
    redisUrls,
    admin: { email: stack.admin.email, password: stack.admin.password.value },
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

/** The processes of the system whose processor time counts, by name. */
export function pidsOf({ stack }: BenchSystem): number[] {
  return processNames.map((name) => {
    const found = stack.processes.find((each) => each.name === name);
    if (!found) throw new TypeError(`there is no process ${name}`);
    return found.current().pid;
  });
}
