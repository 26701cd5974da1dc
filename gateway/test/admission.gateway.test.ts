import { Admission } from '@contract-reviewer/platform/admission/admission';
import { beginning, readingWhole } from '@contract-reviewer/platform/admission/work';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Drain } from '../src/drain.ts';
import { workOfRoutes } from '../src/http/request-work.ts';
import { buildServer } from '../src/server.ts';
import { connectServices } from '../src/services.ts';
import { formWith, type GatewayStack, problemIn, startGateway } from './gateway-stack.ts';
import { captureLog } from './log-lines.ts';

const { logger } = captureLog('admission');
const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

/** Of a gateway with these limits. */
function admissionWith(points: { user?: number; address?: number }, places = 2): Admission {
  const gate = { initial: places, min: places, max: places, waitingOfUser: 1, acceptableMs: 1000, maxWaitMs: 5000 };
  return stack.use(
    new Admission({
      service: 'gateway',
      settings: { RATE_LIMIT_USER_POINTS: points.user ?? 0, RATE_LIMIT_ADDRESS_POINTS: points.address ?? 0 },
      logger,
      gates: { light: gate, large: gate, heavy: gate },
    }),
  );
}

function serverInFrontOfNothing(admission: Admission): FastifyInstance {
  const nowhere = 'localhost:1';
  const addresses = { document: nowhere, analysis: nowhere, session: nowhere };
  const services = stack.use(connectServices({ addresses, serviceToken: '' }));
  const server = buildServer({ services, maxUploadBytes: 1000, admission, drain: new Drain(), logger });
  stack.defer(() => server.close());
  return server;
}

describe('a gateway with as much to do as it can', () => {
  let gateway: GatewayStack;
  let admission: Admission;
  beforeAll(async () => {
    admission = admissionWith({});
    gateway = stack.use(await startGateway({ admission }));
  });

  it('refuses with 429 and when to come again, before it reads what is sent', async () => {
    const headers = await gateway.login();
    const places = [1, 2, 3, 4].map(() => admission.enter(beginning, 'x', () => undefined));
    // Of the same user, until no more of theirs may wait.
    const waiting = ['a', 'b'].map((name) =>
      gateway.server.inject({ method: 'POST', url: '/api/upload', headers, payload: formWith(name) }),
    );
    await vi.waitUntil(() => admission.gates.heavy.waiting === 4);
    const refused = await gateway.server.inject({
      method: 'POST',
      url: '/api/upload',
      headers,
      payload: formWith('one too many'),
    });
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['retry-after']).toBe('1');
    expect(problemIn(refused)).toMatchObject({
      contentType: 'application/problem+json',
      status: 429,
      reason: 'OVERLOADED',
    });
    for (const place of places) place.leave();
    expect((await Promise.all(waiting)).map(({ statusCode }) => statusCode)).toEqual([201, 201]);
  });

  it('goes on reading while there is no place for uploads, and says how it is', async () => {
    const headers = await gateway.login();
    const places = Array.from({ length: 30 }, (_, flow) => admission.enter(beginning, `user ${flow}`, () => undefined));
    for (const url of ['/api/documents', '/healthz', '/readyz', '/metrics']) {
      expect((await gateway.server.inject({ url, headers })).statusCode, url).toBe(200);
    }
    const metrics = (await gateway.server.inject('/metrics')).body;
    expect(metrics).toContain('contract_reviewer_admission_work{class="heavy",state="inside"} 2');
    for (const place of places) place.leave();
  });

  it('has no more texts, which may be large, read at a time than there are places for them', async () => {
    const headers = await gateway.login();
    const flows = Array.from({ length: 30 }, (_, flow) => `user ${flow}`);
    const places = flows.map((flow) => admission.enter(readingWhole, flow, () => undefined));
    const ask = async (url: string) => (await gateway.server.inject({ url, headers })).statusCode;
    expect(await ask('/api/documents/1/text')).toBe(429);
    expect(await ask('/api/documents')).toBe(200);
    for (const place of places) place.leave();
    expect(await ask('/api/documents/1/text')).toBe(404);
  });
});

describe('a gateway with rate limits', () => {
  it('refuses a user who asks for too much, and nobody else', async () => {
    await using gateway = await startGateway({ admission: admissionWith({ user: 100 }, 100) });
    const headers = await gateway.loginAsNewUser();
    const other = await gateway.loginAsNewUser();
    const ask = (who: object) => gateway.server.inject({ url: '/api/documents', headers: { ...who } });
    await ask(other);
    await vi.waitUntil(async () => (await ask(headers)).statusCode === 429, { interval: 1, timeout: 10_000 });
    const refused = await ask(headers);
    expect(problemIn(refused)).toMatchObject({ status: 429, reason: 'RATE_LIMITED' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(30);
    expect((await ask(other)).statusCode).toBe(200);
  });

  it('refuses an address that asks for too much, whoever it says it is', async () => {
    const server = serverInFrontOfNothing(admissionWith({ address: 100 }, 100));
    const ask = (remoteAddress: string) => server.inject({ url: '/api/documents', remoteAddress });
    await vi.waitUntil(async () => (await ask('2001:db8::1')).statusCode === 429, { interval: 1, timeout: 10_000 });
    expect((await ask('2001:db8::2')).statusCode).toBe(429);
    expect((await ask('2001:db8:0:1::1')).statusCode).toBe(401);
  });
});

it('what is said of a route is said of one that there is', async () => {
  const server = serverInFrontOfNothing(admissionWith({}));
  await server.ready();
  for (const route of Object.keys(workOfRoutes)) {
    const [method = '', url = ''] = route.split(' ');
    expect(server.hasRoute({ method, url }), route).toBe(true);
  }
});
