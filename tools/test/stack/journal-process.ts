import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Stands in for a service: notes in the journal that it runs, and that a signal or the end of its parent stopped it. */
const { NAME = '', JOURNAL = '', STOP_MS = '0' } = process.env;
const note = (what: string) => appendFileSync(JOURNAL, `${NAME} ${what} ${process.pid}\n`);

const stopRequest = new Promise((resolve) => {
  process.on('SIGTERM', resolve);
  process.stdin.once('end', resolve).resume();
});
note('started');
await stopRequest;
await sleep(Number(STOP_MS));
note('stopped');
process.exit(0);
