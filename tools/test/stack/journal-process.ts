import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Stands in for a service: writes into the journal when it starts and when it has stopped, as asked or by its parent's end. */
const { NAME = '', JOURNAL = '', STOP_MS = '0' } = process.env;
const note = (what: string) => appendFileSync(JOURNAL, `${NAME} ${what} ${process.pid}\n`);

note('started');
process.stdin.resume();
await new Promise((resolve) => {
  process.on('SIGTERM', resolve);
  process.stdin.once('end', resolve);
});
await sleep(Number(STOP_MS));
note('stopped');
process.exit(0);
