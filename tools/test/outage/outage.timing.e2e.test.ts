import { expect, it } from 'vitest';
import { GatewaySession } from '../../gateway/gateway-session.ts';
import { prepareReads } from '../../outage/contracts.ts';
import { measureOutage } from '../../outage/outage.ts';
import { textOf } from '../../outage/report.ts';
import { startSystem } from '../e2e/system.ts';

it('a Redis that hangs fails no read, delays few and none by much, and is in use again soon after', async () => {
  await using system = await startSystem();
  const session = await GatewaySession.open(new URL(system.baseUrl), system.admin);
  const outage = await measureOutage({
    target: { ports: [Number(new URL(system.baseUrl).port)], paths: await prepareReads(session), token: session.token },
    rate: 50,
    seconds: 2,
    pauseRedis: () => system.redis.pause(),
    resumeRedis: () => system.redis.resume(),
    signal: new AbortController().signal,
  });
  console.log(textOf(outage));
  const { before, during, after, recoveredAfterMs } = outage;
  expect([before.failures, during.failures, after.failures]).toEqual([0, 0, 0]);
  expect(before.hits).toBeGreaterThan(0.9);
  expect(during.hits).toBeLessThan(0.5);
  // What this machine does with Redis, so that a machine that is busy with other things proves nothing wrong.
  expect(during.p99).toBeLessThan(Math.max(1000, 4 * before.p99));
  expect(recoveredAfterMs).toBeLessThan(5000);
});
