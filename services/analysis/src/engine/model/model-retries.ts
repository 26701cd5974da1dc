import { setTimeout as sleep } from 'node:timers/promises';
import { ModelCallError, type ModelCallErrorKind } from './model-call-error.ts';

export interface RetryOptions {
  /** The pause before the second try is up to this long; before each further one up to twice as long as before. */
  firstPauseMs: number;
  longestPauseMs: number;
  signal: AbortSignal;
}

/** How often a call is tried at most, by what went wrong with it. */
const mostTries: Readonly<Record<ModelCallErrorKind, number>> = {
  unreachable: 3,
  rate_limited: 4,
  overloaded: 3,
  // Each takes all the time that a call has.
  timed_out: 2,
  // Another seed may give another answer.
  unusable: 2,
  too_long: 1,
  refused: 1,
};

/**
 * Calls until it works or is not worth another try. Pauses grow and are drawn at random (full jitter), so that many reviews do not
 * come back at once; a server that says how long to wait is obeyed, up to the longest pause.
 *
 * @param call gets the number of the try, from 1
 * @throws {ModelCallError} of the last try @throws the signal's reason
 */
export async function withRetries<T>(
  call: (attempt: number) => Promise<T>,
  { firstPauseMs, longestPauseMs, signal }: RetryOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call(attempt);
    } catch (error) {
      if (!(error instanceof ModelCallError) || attempt >= mostTries[error.kind]) throw error;
      const jittered = Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1));
      await pause(Math.max(jittered, Math.min(error.retryAfterMs ?? 0, longestPauseMs)), signal);
    }
  }
}

/** @throws the signal's reason, of which the timer makes an error of its own */
async function pause(pauseMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(pauseMs, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
