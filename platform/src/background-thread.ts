import { getCompileCacheDir } from 'node:module';
import { constants, setPriority } from 'node:os';
import { dirname } from 'node:path';

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

/**
 * All of the environment of a thread: where Node keeps compiled code, if it does, so that threads start as fast as their
 * process did. The settings and secrets of the process are none of a thread's business.
 */
export function threadEnvironment(): NodeJS.ProcessEnv {
  const directory = getCompileCacheDir();
  // Node names a directory of its version and account below the one that it was given.
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: dirname(directory) };
}
