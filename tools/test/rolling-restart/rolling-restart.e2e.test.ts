import { expect, it } from 'vitest';
import { startFaultySystem } from '../../faults/system/faulty-system.ts';
import { measureRollingRestart } from '../../rolling-restart/rolling-restart.ts';
import { readSettings } from '../../rolling-restart/settings.ts';

it('no request fails while one process of each kind is restarted (long form: npm run rolling-restart)', async () => {
  const settings = readSettings(['--each', '1', '--rate', '40']);
  if (settings === 'help') throw new Error('not asked for');
  await using system = await startFaultySystem({ preload: [], settings: { DRAIN_DELAY_SECONDS: '1' } });
  const { steps, failures } = await measureRollingRestart(system, settings, new AbortController().signal);
  expect(failures).toEqual({});
  expect(steps).toHaveLength(4);
  for (const { reads } of steps) expect(reads).toBeGreaterThan(0);
}, 240_000);
