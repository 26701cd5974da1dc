import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@contract-reviewer/platform/grpc/client';
import { newAssertionSettings } from '@contract-reviewer/platform/testing/assertion-settings';
import { startPostgres, type TestPostgres } from '@contract-reviewer/platform/testing/test-postgres';
import { startRedis, type TestRedis } from '@contract-reviewer/platform/testing/test-redis';
import { SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildApp } from '../../services/session/src/app.ts';
import { configFrom } from '../../services/session/src/config.ts';
import { migrateSchema } from '../../services/session/src/schema.ts';
import { storeAccess } from '../../tools/stack/store-access.ts';
import { Drain } from '../src/drain.ts';
import { buildServer } from '../src/server.ts';
import { connectServices } from '../src/services.ts';
import { captureLog } from './log-lines.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

const nowhere = '127.0.0.1:9';
const admin = { email: 'admin@example.test', password: 'correct horse battery staple' };
let postgres: TestPostgres;
let redis: TestRedis;
let sessionAddress: string;
let gateway: FastifyInstance;
let headers: { authorization: string };
let ownSession: string;

/** The session service over stores of its own, behind the gateway. */
beforeAll(async () => {
  const { logger } = captureLog('sessions', 'fatal');
  postgres = stack.use(await startPostgres(storeAccess.session.postgres));
  await migrateSchema(postgres.url, logger);
  redis = stack.use(await startRedis([storeAccess.session.redis]));
  const gatewayToken = randomBytes(32).toString('base64url');
  const assertions = newAssertionSettings();
  const env = {
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url(storeAccess.session.redis.name),
    GRPC_PORT: '0',
    SERVICE_TOKEN: randomBytes(32).toString('base64url'),
    ...assertions.signing,
    ...assertions.all,
    AUDIT_KEY: randomBytes(32).toString('base64url'),
    TRUSTED_SERVICES: `gateway=${createHash('sha256').update(gatewayToken).digest('hex')}`,
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
  };
  const sessions = stack.use(buildApp(configFrom(env), logger));
  sessionAddress = `127.0.0.1:${await sessions.start()}`;
  const addresses = { document: nowhere, analysis: nowhere, session: sessionAddress };
  const services = stack.use(connectServices({ addresses, serviceToken: gatewayToken }));
  gateway = buildServer({ services, maxUploadBytes: 1, drain: new Drain(), logger });
  stack.defer(() => gateway.close());
  const login = await gateway.inject({ method: 'POST', url: '/api/login', payload: admin });
  const { token, session_id } = login.json();
  headers = { authorization: `Bearer ${token}` };
  ownSession = session_id;
});

/** A read that Redis may serve, one that takes PostgreSQL, and a write. */
const requests = {
  cached: () => gateway.inject({ url: `/api/sessions/${ownSession}`, headers }),
  read: () => gateway.inject({ url: '/api/sessions', headers }),
  write: () => gateway.inject({ method: 'POST', url: '/api/sessions', headers, payload: {} }),
};

async function timed(request: () => ReturnType<typeof requests.read>) {
  const startedAt = performance.now();
  const response = await request();
  return { response, ms: performance.now() - startedAt };
}

async function expectUnavailable(request: () => ReturnType<typeof requests.read>): Promise<void> {
  const { response, ms } = await timed(request);
  expect(response.json()).toMatchObject({ status: 503, reason: 'DEPENDENCY_UNAVAILABLE' });
  expect(response.headers['retry-after']).toBe('1');
  expect(response.body).not.toContain('127.0.0.1');
  expect(ms).toBeLessThan(3500);
}

async function untilStatus(request: () => ReturnType<typeof requests.read>, status: number): Promise<void> {
  const allowed = performance.now() + 15_000;
  for (;;) {
    const { statusCode } = await request();
    if (statusCode === status) return;
    expect([200, 201, 503, 504]).toContain(statusCode);
    expect(performance.now()).toBeLessThan(allowed);
    await sleep(50);
  }
}

async function isServed(): Promise<void> {
  await untilStatus(requests.write, 201);
  await untilStatus(requests.read, 200);
  await untilStatus(requests.cached, 200);
}

it.each(['stopped', 'shutting down', 'out of connections', 'in recovery'] as const)(
  'a PostgreSQL that is %s is answered with 503 and when to come back, soon for all, and over when it is over',
  async (state) => {
    await isServed();
    await postgres.faults[state].begin();
    try {
      // What remains of the trust in Redis serves for a second at most.
      const refused = untilStatus(requests.cached, 503);
      await expectUnavailable(requests.write);
      await expectUnavailable(requests.read);
      await refused;
      await expectUnavailable(requests.cached);
    } finally {
      await postgres.faults[state].end();
    }
    await isServed();
  },
  60_000,
);

it('with both stores away nothing is invented', async () => {
  await isServed();
  await Promise.all([postgres.faults.stopped.begin(), redis.stop()]);
  try {
    for (const request of Object.values(requests)) await expectUnavailable(request);
  } finally {
    await Promise.all([postgres.faults.stopped.end(), redis.restart()]);
  }
  await isServed();
});

it('a PostgreSQL that takes no writes goes on being read', async () => {
  await isServed();
  await postgres.faults['read-only'].begin();
  try {
    await untilStatus(requests.write, 503);
    await expectUnavailable(requests.write);
    expect((await requests.read()).statusCode).toBe(200);
    expect((await requests.cached()).statusCode).toBe(200);
  } finally {
    await postgres.faults['read-only'].end();
  }
  await isServed();
});

it('a PostgreSQL that hangs keeps nobody longer than their deadline', async () => {
  await isServed();
  using client = createClient(SessionServiceService, { address: sessionAddress });
  await postgres.faults.hanging.begin();
  try {
    const settings = { ...headers, timeoutMs: 1500 };
    const calls = {
      write: () => client.createSession({ permissions: [] }, settings),
      read: () => client.listSessions({}, settings),
      login: () => client.login(admin, settings),
    };
    await Promise.all(
      Object.values(calls).map(async (call) => {
        const startedAt = performance.now();
        await expect(call()).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
        expect(performance.now() - startedAt).toBeLessThan(2500);
      }),
    );
  } finally {
    await postgres.faults.hanging.end();
  }
  await isServed();
});
