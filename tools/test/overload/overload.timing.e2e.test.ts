import { expect, it } from 'vitest';
import { GatewaySession } from '../../gateway/gateway-session.ts';
import { prepareReads } from '../../outage/contracts.ts';
import { measureOverload } from '../../overload/overload.ts';
import { tablesOf } from '../../overload/report.ts';
import { startSystem } from '../e2e/system.ts';

it('three times the reads that it can do are refused in part, and quickly (long form: npm run overload)', async () => {
  await using system = await startSystem({ RATE_LIMIT_USER_POINTS: '0', RATE_LIMIT_ADDRESS_POINTS: '0' });
  const session = await GatewaySession.open(new URL(system.baseUrl), system.admin);
  const overload = await measureOverload({
    port: Number(new URL(system.baseUrl).port),
    token: session.token,
    asked: { kind: 'read', paths: await prepareReads(session) },
    peakAtOnce: [32],
    peakSeconds: 1,
    times: 3,
    seconds: 2,
    recoverySeconds: 2,
    pids: { gateway: await system.pidOf('gateway') },
    signal: new AbortController().signal,
  });
  console.log(tablesOf({ reads: overload }));
  const { overloaded, goodputPerSecond, peakPerSecond, fullSpeedAfterMs } = overload;
  expect(overloaded.failures).toEqual({});
  expect(overloaded.refused.count).toBeGreaterThan(0);
  // A machine that is busy with other things proves little by a few seconds.
  expect(goodputPerSecond).toBeGreaterThan(0.4 * peakPerSecond);
  expect(overloaded.refused.p50).toBeLessThan(100);
  expect(fullSpeedAfterMs).toBeDefined();
});
