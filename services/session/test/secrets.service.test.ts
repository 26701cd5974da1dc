import { Database } from '@contract-reviewer/platform/pg/database';
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

/** Everything that PostgreSQL holds of the service, as text. */
async function dumpPostgres(): Promise<string> {
  const options = { url: service.database.url, applicationName: 'dump', schema: 'session', logger: silentLogger };
  await using database = new Database(options);
  const tables = await database.query<{ name: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
      WHERE table_schema = 'session'`,
  );
  expect(tables.map(({ name }) => name)).toContain('session.sessions');
  let dump = '';
  for (const { name } of tables) {
    const rows = await database.query<{ row: string }>(`SELECT t::text AS row FROM ${name} AS t`);
    dump += rows.map(({ row }) => `${row}\n`).join('');
  }
  return dump;
}

function keysInRedis(): Promise<string[]> {
  return redis.run((connection) => connection.keys('*'));
}

/** Everything that Redis holds, keys and values. */
async function dumpRedis(): Promise<string> {
  const entries = (await keysInRedis()).map(
    async (key) => `${key} ${await redis.run((connection) => connection.get(key))}`,
  );
  return (await Promise.all(entries)).join('\n');
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

describe('the stores', () => {
  it('hold no token that could be used and no password', async () => {
    const { token, password, asUser, user } = await service.openUser();
    const narrowed = await service.client.createSession({ documentId: 'contract', permissions: ['read'] }, asUser);
    await service.client.changePassword({ currentPassword: password, newPassword: 'a completely new one' }, asUser);
    await expect(service.client.login({ email: user.email, password: 'a mistyped password' })).rejects.toThrow('wrong');
    await service.client.authenticateSession({ token }, service.asService);
    const { token: fresh } = await service.client.login(admin);
    const sessionId = await untilCached(fresh);

    const [postgres, cache] = await Promise.all([dumpPostgres(), dumpRedis()]);
    expect(postgres).toContain(user.email);
    expect(cache).toContain(sessionId);
    const secrets = [token, narrowed.token, fresh].flatMap((each) => {
      const secret = each.split('.')[1] as string;
      return [secret, Buffer.from(secret, 'base64url').toString('hex'), Buffer.from(secret).toString('hex')];
    });
    for (const secret of [...secrets, password, 'a completely new one', 'a mistyped password', admin.password]) {
      expect(postgres).not.toContain(secret);
      expect(cache).not.toContain(secret);
    }
  });
});

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

  it('and none of a session that was revoked, but that it is not there', async () => {
    const { token } = await service.client.login(admin);
    const sessionId = await untilCached(token);
    await service.client.revokeSession({ sessionId }, { authorization: `Bearer ${token}` });
    expect(await redis.run((connection) => connection.exists(...keysOf(sessionId)))).toBe(0);
    await expect(service.client.authenticateSession({ token }, service.asService)).rejects.toThrow('ended');
    expect(await redis.run((connection) => connection.pttl(`session:${sessionId}`))).toBeLessThanOrEqual(10_000);
    expect(await redis.run((connection) => connection.get(`session:${sessionId}`))).not.toContain('secret_hash');
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
