import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { admin, type SessionServiceStack, startSessionService } from './session-stack.ts';

let service: SessionServiceStack;
beforeAll(async () => {
  service = await startSessionService({ SESSION_IDLE_SECONDS: '2', SESSION_ABSOLUTE_SECONDS: '5' });
});
afterAll(() => service[Symbol.asyncDispose]());

const unauthenticated = { code: 'UNAUTHENTICATED', reason: 'INVALID_SESSION' };

it('a session that is not used ends, one that is used goes on, and none outlasts its absolute end', async () => {
  const [unused, used] = [await service.openUser(), await service.openUser()];
  const authenticate = (token: string) => service.client.authenticateSession({ token }, service.asService);
  const { session: atFirst } = await authenticate(used.token);
  const startedAt = performance.now();
  while (performance.now() - startedAt < 3500) {
    await authenticate(used.token);
    await setTimeout(200);
  }
  await expect(authenticate(unused.token)).rejects.toMatchObject(unauthenticated);

  const { session: later } = await authenticate(used.token);
  expect(later?.expiresAt?.getTime()).toBeGreaterThan((atFirst?.expiresAt?.getTime() ?? 0) + 1000);
  expect(later?.absoluteExpiresAt).toEqual(atFirst?.absoluteExpiresAt);

  while (performance.now() - startedAt < 5500) {
    await authenticate(used.token).catch(() => undefined);
    await setTimeout(200);
  }
  await expect(authenticate(used.token)).rejects.toMatchObject(unauthenticated);
});

it('uses are recorded behind the requests, so that none waits for it while Redis is away', async () => {
  const { token } = await service.client.login(admin);
  await service.redis.stop();
  try {
    const startedAt = performance.now();
    let longest = 0;
    while (performance.now() - startedAt < 3000) {
      const askedAt = performance.now();
      await service.client.authenticateSession({ token }, service.asService);
      longest = Math.max(longest, performance.now() - askedAt);
      await setTimeout(50);
    }
    // Recording one takes more than a second then; and without any, the session would have ended by now.
    expect(longest).toBeLessThan(900);
  } finally {
    await service.redis.restart();
  }
});
