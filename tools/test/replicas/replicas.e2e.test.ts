import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FaultySystem, startFaultySystem } from '../../faults/system/faulty-system.ts';
import { faultOf } from '../../revocations/report.ts';
import * as revocations from '../../revocations/settings.ts';
import { runTrials } from '../../revocations/trials.ts';
import { measureRollingRestart } from '../../rolling-restart/rolling-restart.ts';
import * as rollingRestart from '../../rolling-restart/settings.ts';

let system: FaultySystem;
beforeAll(async () => {
  system = await startFaultySystem({ preload: [], settings: { DRAIN_DELAY_SECONDS: '1' } });
});
afterAll(() => system[Symbol.asyncDispose]());

it('no request fails while one process of each kind is restarted (long form: npm run rolling-restart)', async () => {
  const settings = rollingRestart.readSettings(['--each', '1', '--rate', '40']);
  if (settings === 'help') throw new Error('not asked for');
  const { steps, failures } = await measureRollingRestart(system, settings, new AbortController().signal);
  expect(failures).toEqual({});
  expect(steps).toHaveLength(4);
  for (const { reads } of steps) expect(reads).toBeGreaterThan(0);
});

it('nothing that was taken away is accepted on any replica after the acknowledgement, whatever becomes of Redis', async () => {
  const settings = revocations.readSettings(['--trials', '6', '--at-once', '6', '--rate', '50']);
  if (settings === 'help') throw new Error('not asked for');
  const trials = await runTrials(system, settings, () => undefined);
  expect(trials).toHaveLength(6);
  expect(trials.map(faultOf)).toEqual(trials.map(() => undefined));
});
