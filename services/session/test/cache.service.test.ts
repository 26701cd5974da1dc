import { createHash, randomBytes } from 'node:crypto';
import { serviceAuthorization } from '@contract-reviewer/platform/auth/service-tokens';
import { RedisConnection } from '@contract-reviewer/platform/redis/connection';
import type { ConsistencyEvent } from '@contract-reviewer/proto/common/v1/cache';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { admin, bearer, type SessionServiceStack, silentLogger, startSessionService } from './session-stack.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

const tokens = { gateway: randomBytes(32).toString('base64url'), document: randomBytes(32).toString('base64url') };
let service: SessionServiceStack;
/** Looks at Redis from outside, with an administrator's rights. */
let redis: RedisConnection;

beforeAll(async () => {
  const trusted = Object.entries(tokens).map(
    ([name, token]) => `${name}=${createHash('sha256').update(token).digest('hex')}`,
  );
  service = stack.use(await startSessionService({ TRUSTED_SERVICES: trusted.join(',') }));
  redis = stack.use(
    new RedisConnection({ url: service.redis.url('admin'), logger: silentLogger, commandTimeoutMs: 5000 }),
  );
  redis.connect();
  await vi.waitUntil(() => redis.runId !== undefined, { timeout: 10_000 });
  // A Redis that is new is trusted only after a while.
  await vi.waitUntil(
    async () => {
      await service.client.listSessions({}, service.asAdmin);
      return (await redis.run((client) => client.keys('session:*'))).length > 0;
    },
    { timeout: 10_000 },
  );
});

async function check(repair: boolean, settings = service.asAdmin) {
  const events: NonNullable<ConsistencyEvent['event']>[] = [];
  for await (const { event } of service.client.checkConsistency({ repair }, settings)) {
    if (event?.event) events.push(event.event);
  }
  return {
    findings: events.flatMap(({ $case, value }) => ($case === 'finding' ? [value] : [])),
    counts: events.flatMap(({ $case, value }) => ($case === 'counts' ? [value] : [])),
  };
}

it('what the cache does is shown per family, with what Redis counts and what samples found', async () => {
  const { sessions: own } = await service.client.listSessions({}, service.asAdmin);
  await service.client.getSession({ sessionId: own[0]?.sessionId ?? '' }, service.asAdmin);
  const { stats } = await service.client.cacheStats({}, service.asAdmin);
  expect(stats).toMatchObject({ connection: 'up', trusted: true });
  expect(stats?.families.map(({ name }) => name)).toEqual(['session']);
  const [sessions] = stats?.families ?? [];
  expect(sessions?.hits).toBeGreaterThan(0n);
  expect(sessions?.hitRatio).toBeGreaterThan(0);
  expect(sessions?.latencies.map(({ operation }) => operation)).toContain('get');
  expect(stats?.keyspace?.hits).toBeGreaterThan(0n);
  expect(stats?.sample).toBeDefined();
});

it('planted faults are found, then repaired with a record of it, and a second run is clean', async () => {
  const { session } = await service.client.login(admin);
  const key = `session:${session?.sessionId}`;
  await vi.waitUntil(() => redis.run((client) => client.exists(key)), { timeout: 10_000 });
  const entry = JSON.parse((await redis.run((client) => client.get(key))) as string);
  await redis.run((client) =>
    client.set(key, JSON.stringify({ ...entry, value: { ...entry.value, permissions: ['read'] } })),
  );
  await redis.run((client) =>
    client.set('session:revoked', JSON.stringify({ ...entry, value: { ...entry.value, session_id: 'revoked' } })),
  );
  await redis.run((client) => client.set('session:garbage', '{'));
  const planted = expect.arrayContaining([
    { family: 'session', key, fault: 'stale' },
    { family: 'session', key: 'session:revoked', fault: 'orphaned' },
    { family: 'session', key: 'session:garbage', fault: 'undecodable' },
  ]);

  const dryRun = await check(false);
  expect(dryRun.findings).toHaveLength(3);
  expect(dryRun.findings).toEqual(planted);
  expect(dryRun.counts).toMatchObject([{ family: 'session', stale: 1, orphaned: 1, undecodable: 1, repaired: 0 }]);

  const repair = await check(true);
  expect(repair.findings).toEqual(planted);
  expect(repair.counts).toMatchObject([{ repaired: 3 }]);
  expect((await check(false)).findings).toEqual([]);

  const filter = { limit: 10, offset: 0, type: 'cache_repaired' };
  await expect
    .poll(async () => (await service.client.listAuditEvents(filter, service.asAdmin)).events)
    .toMatchObject([
      { service: 'session', userId: expect.any(String), details: { stale: 1, orphaned: 1, undecodable: 1 } },
    ]);
});

it('a family that the service does not have is refused by name', async () => {
  const checked = service.client.checkConsistency({ family: 'document', repair: false }, service.asAdmin);
  await expect(Array.fromAsync(checked)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    fieldViolations: [{ field: 'family', description: expect.stringContaining('session') }],
  });
});

it('administrators and the gateway may look and nobody else', async () => {
  const asGateway = { authorization: serviceAuthorization('gateway', tokens.gateway) };
  await service.client.cacheStats({}, asGateway);
  await check(false, asGateway);

  const { asUser } = await service.openUser();
  const narrowed = await service.client.createSession({ documentId: 'contract', permissions: [] }, service.asAdmin);
  const weakened = await service.client.createSession({ permissions: ['read'] }, service.asAdmin);
  for (const settings of [
    asUser,
    bearer(narrowed.token),
    bearer(weakened.token),
    { authorization: serviceAuthorization('document', tokens.document) },
  ]) {
    const refused = { code: 'PERMISSION_DENIED', reason: 'NOT_AN_ADMINISTRATOR' };
    await expect(service.client.cacheStats({}, settings)).rejects.toMatchObject(refused);
    await expect(check(true, settings)).rejects.toMatchObject(refused);
  }
});

it('without Redis there is nothing to show and nothing to check', async () => {
  await using plain = await startSessionService({ REDIS_URL: '' });
  const { stats } = await plain.client.cacheStats({}, plain.asAdmin);
  expect(stats).toMatchObject({ connection: 'none', trusted: false, families: [] });
  expect(await Array.fromAsync(plain.client.checkConsistency({ repair: true }, plain.asAdmin))).toEqual([]);
});
