import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What the process has in memory that it cannot do without, in bytes. */
export function residentBytes(): number {
  // What only the first collection finds to be garbage is given back by the second.
  collectGarbage();
  collectGarbage();
  return process.memoryUsage.rss();
}
