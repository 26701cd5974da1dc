import { setTimeout as sleep } from 'node:timers/promises';
import { ForbiddenOutcome } from './target.ts';

/** The time in which an answer has to be there. Deadlines that nobody sets are 30 s, and requests ask to wait for one. */
export const longestMs = 35_000;
const tries = 3;
const pauseMs = 1500;

/**
 * Tries again what was put off (unavailable for now) or took too long, as happens on a machine that others keep busy.
 * What is in the request's nature happens again.
 *
 * @param attempt undefined says that it was put off
 * @throws {ForbiddenOutcome} when that happens again and again
 */
export async function patiently(attempt: () => Promise<string | undefined>): Promise<string> {
  for (let count = 1; count <= tries; count += 1) {
    const outcome = await attempt();
    if (outcome !== undefined) return count === 1 ? outcome : `${outcome} later`;
    await sleep(pauseMs);
  }
  throw new ForbiddenOutcome(`unavailable, or not there in ${longestMs} ms, ${tries} times in a row`);
}
