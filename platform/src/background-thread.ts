import { constants, setPriority } from 'node:os';

/**
 * Makes the thread that calls it give way to all others, so that hours of work in worker threads do not delay the
 * requests that the same cores serve.
 *
 * On Linux a priority belongs to a thread. Elsewhere it belongs to the process, whose requests it would slow down, so
 * there nothing is changed.
 */
export function giveWay(): void {
  if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);
}
