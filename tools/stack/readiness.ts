import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from './start-error.ts';
import type { Supervised } from './supervise.ts';

const TIMEOUT_MS = 60_000;
/** A process that ends this often before the system was ever ready will not get better by itself. */
const TOO_MANY_FAILURES = 3;

/**
 * Waits until the gateway says that it and everything behind it is ready.
 *
 * @throws {StartError} when a process keeps ending, or time is up, with the end of the processes' logs.
 */
export async function waitUntilReady(
  baseUrl: string,
  processes: readonly Supervised[],
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  while (!(await isReady(baseUrl))) {
    signal.throwIfAborted();
    const failing = processes.filter((each) => each.failures() >= TOO_MANY_FAILURES);
    if (failing.length > 0) throw new StartError(await describe('These processes keep ending', failing));
    if (performance.now() > deadline) {
      throw new StartError(await describe(`The system was not ready within ${TIMEOUT_MS / 1_000} s`, processes));
    }
    await sleep(100, undefined, { signal });
  }
}

async function isReady(baseUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${baseUrl}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    // Not listening yet; the caller asks again until its time is up.
    return false;
  }
}

async function describe(what: string, processes: readonly Supervised[]): Promise<string> {
  const tails = await Promise.all(processes.map(async (each) => `--- ${each.name}\n${await each.current().logTail()}`));
  return `${what}:\n${tails.join('\n')}`;
}
