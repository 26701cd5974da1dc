import { setTimeout } from 'node:timers/promises';

/** Waits; an abort of the signal ends the wait early and is no error. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
