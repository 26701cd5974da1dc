import { z } from 'zod';
import { integer, readConfig } from '../../src/config.ts';
import { runProcess } from '../../src/lifecycle.ts';
import { processSettings } from '../../src/service-settings.ts';

/** A process that writes what happens to it, and takes its time to start and to stop. */

const settings = z.object({
  ...processSettings,
  START_MS: integer(0, 60_000).default(0),
  STOP_MS: integer(0, 60_000).default(0),
  FAIL: z.enum(['start', 'stop']).optional(),
  /** What it never gets out of once it stops: its event loop, or a wait. */
  HANG: z.enum(['loop', 'wait']).optional(),
});

const say = (line: string) => process.stdout.write(`${line}\n`);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

await runProcess({
  service: 'child',
  readConfig: () => readConfig(settings, process.env),
  stopTimeoutMs: 1000,
  build: ({ START_MS, STOP_MS, FAIL, HANG }) => {
    // Keeps the process alive, as a listening socket does.
    const socket = setInterval(() => undefined, 1000);
    return {
      start: async () => {
        say('starting');
        await wait(START_MS);
        if (FAIL === 'start') throw new Error('the port is taken');
        say('started');
        return 7000;
      },
      [Symbol.asyncDispose]: async () => {
        say('draining');
        if (HANG === 'loop') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
        if (HANG === 'wait') await new Promise(() => undefined);
        await wait(STOP_MS);
        clearInterval(socket);
        if (FAIL === 'stop') throw new Error('could not stop');
        say('drained');
      },
    };
  },
});
