import { once } from 'node:events';
import { isAlive } from '@contract-reviewer/platform/embedded/processes';
import { describe, expect, it } from 'vitest';
import { type ProcessName, startSystem } from './system.ts';

const names: ProcessName[] = ['document', 'analysis', 'session', 'gateway'];

describe('stopping', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`by ${signal} drains, exits with 0, and leaves no process behind`, async () => {
      await using system = await startSystem();
      const pids = await Promise.all(names.map((name) => system.pidOf(name)));
      const exited = once(system.supervisor, 'exit');
      system.supervisor.kill(signal);
      expect(await exited).toEqual([0, null]);
      expect(pids.filter(isAlive)).toEqual([]);
    });
  }
});
