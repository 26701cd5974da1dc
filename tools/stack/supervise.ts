import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardedProcess } from '@contract-reviewer/platform/embedded/guarded-process';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;
/** A process that lived this long was well, and its next end is a new story. */
const STABLE_AFTER_MS = 30_000;

/** A process that is started again whenever it ends by itself. */
export interface Supervised<P extends GuardedProcess = GuardedProcess> extends AsyncDisposable {
  readonly name: string;
  /** The process that runs now, or ran last. */
  current(): P;
  /** How often in a row it ended soon after its start. */
  failures(): number;
  /** Stops it for good; resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * Starts a process and keeps it running: one that ends is started again after 0.1 s, which doubles up to 10 s while it
 * keeps ending.
 *
 * @throws what `start` throws the first time; later it is reported and tried again.
 */
export async function supervise<P extends GuardedProcess>(
  name: string,
  start: () => Promise<P>,
  report: (line: string) => void,
): Promise<Supervised<P>> {
  const stopping = new AbortController();
  let current = await start();
  let startedAt = performance.now();
  let failures = 0;

  const restartOnce = async () => {
    await current.exited;
    if (stopping.signal.aborted) return;
    failures = performance.now() - startedAt < STABLE_AFTER_MS ? failures + 1 : 1;
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS);
    report(`${name} ended (${current.exitReason()}); starting it again in ${delayMs / 1_000} s`);
    await sleep(delayMs, undefined, { signal: stopping.signal });
    startedAt = performance.now();
    current = await start();
  };
  const keepRunning = async () => {
    while (!stopping.signal.aborted) {
      try {
        await restartOnce();
      } catch (error) {
        if (!stopping.signal.aborted) report(`${name} could not be started: ${(error as Error).message}`);
      }
    }
  };
  const kept = keepRunning();

  const stop = async () => {
    stopping.abort();
    await current.stop();
    await kept;
    // It may have been on its way up when the stop began.
    await current.stop();
  };
  return { name, current: () => current, failures: () => failures, stop, [Symbol.asyncDispose]: stop };
}
