import { RedisConnection } from '@contract-reviewer/platform/redis/connection';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { admin, type SessionServiceStack, silentLogger, startSessionService } from './session-stack.ts';

const hour = 3_600_000;
let service: SessionServiceStack;
let redis: RedisConnection;

beforeAll(async () => {
  service = await startSessionService();
  redis = new RedisConnection({ url: service.redis.url('admin'), logger: silentLogger });
  redis.connect();
  await vi.waitUntil(() => redis.runId !== undefined, { timeout: 10_000 });
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

function keysInRedis(): Promise<string[]> {
  return redis.run((connection) => connection.keys('*'));
}

/** Uses a session until Redis holds it, which takes a moment after the service or Redis has started. */
async function untilCached(token: string): Promise<string> {
  const sessionId = token.split('.')[0] as string;
  const isCached = async () => {
    await service.client.authenticateSession({ token }, service.asService);
    if (redis.runId === undefined) return false;
    return (await redis.run((connection) => connection.exists(`session:${sessionId}`))) === 1;
  };
  await vi.waitUntil(isCached, { timeout: 10_000, interval: 20 });
  return sessionId;
}

describe('Redis holds exactly the documented keys,', () => {
  const keysOf = (sessionId: string) => [`session:${sessionId}`, `{session:${sessionId}}:lease`].sort();

  it('for an hour, after a write and after a refill', async () => {
    const { token } = await service.client.login(admin);
    await untilCached(token);
    await redis.run((connection) => connection.flushall());
    const written = await service.client.login(admin);
    await vi.waitUntil(() => redis.run((connection) => connection.exists(`session:${written.session?.sessionId}`)), {
      timeout: 5000,
    });
    await expectOnlyEntry(written.session?.sessionId ?? '');
    await redis.run((connection) => connection.flushall());
    await expectOnlyEntry(await untilCached(token));
  });

  async function expectOnlyEntry(sessionId: string): Promise<void> {
    expect((await keysInRedis()).sort()).toEqual(keysOf(sessionId));
    const ttl = await redis.run((connection) => connection.pttl(`session:${sessionId}`));
    expect(ttl).toBeGreaterThan(0.94 * hour);
    expect(ttl).toBeLessThanOrEqual(hour);
    expect(await redis.run((connection) => connection.pttl(`{session:${sessionId}}:lease`))).toBeGreaterThan(0);
  }

  it('and none of a session that was revoked, not even when it is asked for', async () => {
    const { token } = await service.client.login(admin);
    const sessionId = await untilCached(token);
    await service.client.revokeSession({ sessionId }, { authorization: `Bearer ${token}` });
    expect(await redis.run((connection) => connection.exists(...keysOf(sessionId)))).toBe(0);
    await expect(service.client.authenticateSession({ token }, service.asService)).rejects.toThrow('ended');
    expect(await redis.run((connection) => connection.exists(`session:${sessionId}`))).toBe(0);
  });
});

it('without Redis everything works, a use waits for nothing, and afterwards sessions are cached again', async () => {
  const { token, asUser } = await service.openUser();
  await service.redis.stop();
  try {
    const startedAt = performance.now();
    for (let use = 0; use < 10; use += 1) await service.client.authenticateSession({ token }, service.asService);
    expect(performance.now() - startedAt).toBeLessThan(1000);
    const other = await service.client.createSession({ permissions: ['read'] }, asUser);
    await service.client.revokeSession({ sessionId: other.session?.sessionId ?? '' }, asUser);
    const ended = service.client.authenticateSession({ token: other.token }, service.asService);
    await expect(ended).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  } finally {
    await service.redis.restart();
  }
  await untilCached(token);
});
