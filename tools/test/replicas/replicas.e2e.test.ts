import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FaultySystem, startFaultySystem } from '../../faults/system/faulty-system.ts';
import { GatewaySession } from '../../gateway/gateway-session.ts';
import { faultOf } from '../../revocations/report.ts';
import * as revocations from '../../revocations/settings.ts';
import { runTrials } from '../../revocations/trials.ts';
import { measureRollingRestart } from '../../rolling-restart/rolling-restart.ts';
import * as rollingRestart from '../../rolling-restart/settings.ts';
import { HOST } from '../../stack/process-environment.ts';

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

it('a replica that hangs is left within 5 s, and found again', async () => {
  const [gateway] = system.replicas.gateway;
  const [hanging, other] = system.replicas.document;
  const session = await GatewaySession.open(new URL(`http://${HOST}:${gateway?.port}`), system.admin);
  const read = async () => {
    const began = performance.now();
    await session.request('/api/documents');
    return performance.now() - began;
  };
  /** How long each of twenty reads takes. */
  const reads = async () => {
    const took: number[] = [];
    for (let count = 0; count < 20; count += 1) took.push(await read());
    return took;
  };

  hanging?.process.signal('SIGSTOP');
  // Those that are sent to it are asked of the other one once it is left.
  const meanwhile = Promise.all(Array.from({ length: 10 }, (_, index) => sleep(index * 50).then(read)));
  await sleep(6000);
  expect(Math.max(...(await reads()))).toBeLessThan(1000);
  expect(Math.max(...(await meanwhile))).toBeLessThan(7000);

  hanging?.process.signal('SIGCONT');
  await sleep(2000);
  other?.process.signal('SIGSTOP');
  await sleep(6000);
  expect(Math.max(...(await reads()))).toBeLessThan(1000);
  other?.process.signal('SIGCONT');
});
