import { RedisConnection } from '@contract-reviewer/platform/redis/connection';
import { withText, withValue } from '@contract-reviewer/platform/testing/stored-entry';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { familiesOf } from '../src/schemas/consistency.ts';
import { formWith, type GatewayStack, problemIn, startGateway } from './gateway-stack.ts';
import { captureLog } from './log-lines.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let gateway: GatewayStack;
let inject: GatewayStack['server']['inject'];
let headers: { authorization: string };
/** Looks at Redis from outside, with an administrator's rights. */
let redis: RedisConnection;

beforeAll(async () => {
  gateway = stack.use(await startGateway());
  inject = gateway.server.inject.bind(gateway.server);
  headers = await gateway.login();
  const { logger } = captureLog('test');
  redis = stack.use(new RedisConnection({ url: gateway.services.redis.url('admin'), logger, commandTimeoutMs: 5000 }));
  redis.connect();
  await vi.waitUntil(() => redis.runId !== undefined, { timeout: 10_000 });
  // A Redis that is new is trusted only after a while, and a session just begun is cached only when its write is past.
  await vi.waitUntil(
    async () => {
      const services = await overview();
      return services.every(({ trusted }) => trusted) && services[2]!.families[0]!.hits > 0;
    },
    { timeout: 10_000, interval: 200 },
  );
});

async function overview(): Promise<
  { service: string; status: string; trusted: boolean; families: { name: string; hits: number }[] }[]
> {
  await inject({ url: '/api/documents', headers });
  return (await inject({ url: '/api/admin/cache', headers })).json().services;
}

async function check(payload: object = {}) {
  const response = await inject({ method: 'POST', url: '/api/admin/consistency', headers, payload });
  expect(response.statusCode).toBe(200);
  return response.json();
}

it('GET /api/admin/cache shows every family of every service, and null where there is no data', async () => {
  const response = await inject({ url: '/api/admin/cache', headers });
  expect(response.statusCode).toBe(200);
  const { services, hint } = response.json();
  expect(hint).toMatch(/no data/);
  expect(
    Object.fromEntries(
      services.map(({ service, families }: { service: string; families: { name: string }[] }) => [
        service,
        families.map(({ name }) => name),
      ]),
    ),
  ).toEqual(familiesOf);
  for (const service of services) {
    expect(service).toMatchObject({
      status: 'reachable',
      connection: 'up',
      trusted: true,
      keyspace: { hits: expect.any(Number), misses: expect.any(Number), hit_ratio: expect.any(Number) },
      sample: { inconsistent: 0 },
      backlog: { topics: expect.any(Array), invalidations: { undelivered: 0 } },
    });
  }
  expect(services[1].families[0]).toMatchObject({ name: 'analysis', hits: 0, misses: 0, hit_ratio: null });
  expect(services[2].families[0].hit_ratio).toBeGreaterThan(0);
});

it('POST /api/admin/consistency finds what is wrong, repairs it when told to, and records that', async () => {
  const upload = await inject({ method: 'POST', url: '/api/upload', headers, payload: formWith('A short agreement.') });
  const { document_id } = upload.json();
  const review = await inject({ method: 'POST', url: `/api/analyze/${document_id}?wait=30`, headers });
  const { analysis_id } = review.json();
  await inject({ url: `/api/documents/${document_id}`, headers });
  await inject({ url: `/api/documents/${document_id}/analysis`, headers });
  await inject({ url: '/api/documents', headers });
  const keys = [`document:${document_id}`, `analysis:${analysis_id}`, `document_analysis:${document_id}`];
  await vi.waitUntil(async () => (await redis.run((client) => client.exists(...keys))) === keys.length, {
    timeout: 10_000,
  });
  expect(await check()).toMatchObject({ agree: true, repair: false });

  const entryOf = async (key: string) => (await redis.run((client) => client.get(key))) as string;
  const [document, analysis, latest] = (await Promise.all(keys.map(entryOf))) as [string, string, string];
  const plant = (key: string, entry: string) => redis.run((client) => client.set(key, entry));
  await plant(
    keys[0] as string,
    withText(document, (body: object) => ({ ...body, filename: 'other.txt' })),
  );
  await plant(
    'analysis:gone',
    withText(analysis, (body: object) => ({ ...body, analysis_id: 'gone' })),
  );
  await plant(
    keys[2] as string,
    withValue(latest, () => 'gone'),
  );
  await redis.run((client) => client.rpush('session:list', 'garbage'));
  const findings = [
    [{ family: 'document', key: keys[0], fault: 'stale' }],
    [
      { family: 'analysis', key: 'analysis:gone', fault: 'orphaned' },
      { family: 'document_analysis', key: keys[2], fault: 'dangling' },
    ],
    [{ family: 'session', key: 'session:list', fault: 'undecodable' }],
  ];

  const dryRun = await check();
  expect(dryRun).toMatchObject({ agree: false, services: findings.map((found) => ({ findings: found })) });
  expect(await check({ family: 'document' })).toMatchObject({ agree: false, services: [{ service: 'document' }] });
  expect(await check({ family: 'documents_list' })).toMatchObject({ agree: true });
  expect(await check({ repair: true })).toMatchObject({ agree: false, repair: true });
  expect(await check()).toMatchObject({ agree: true });

  await vi.waitUntil(
    async () => {
      const audit = await inject({ url: '/api/audit?type=cache_repaired', headers });
      return audit.json().total_count === 3;
    },
    { timeout: 10_000 },
  );
});

it('of many findings a hundred of each fault are told, and all are counted', async () => {
  await Promise.all(
    Array.from({ length: 150 }, (_, index) => redis.run((client) => client.set(`session:${index}`, 'garbage'))),
  );
  const { services } = await check({ family: 'session', repair: true });
  expect(services[0].findings).toHaveLength(100);
  expect(services[0].families).toMatchObject([{ undecodable: 150, repaired: 150 }]);
});

it('what nobody knows is refused', async () => {
  for (const payload of [{ family: 'nothing' }, { repair: 'maybe' }, { all: true }]) {
    const response = await inject({ method: 'POST', url: '/api/admin/consistency', headers, payload });
    expect(problemIn(response)).toMatchObject({ status: 400, reason: 'INVALID_REQUEST' });
  }
});

it('only administrators may look, and repair', async () => {
  const asUser = await gateway.loginAsNewUser();
  for (const request of [
    { url: '/api/admin/cache' },
    { method: 'POST', url: '/api/admin/consistency', payload: { repair: true } },
  ] as const) {
    expect((await inject(request)).statusCode).toBe(401);
    const refused = problemIn(await inject({ ...request, headers: asUser }));
    expect(refused).toMatchObject({ status: 403, reason: 'NOT_AN_ADMINISTRATOR' });
  }
});

it('what waits for a service that does not answer is counted where it waits', async () => {
  const upload = await inject({ method: 'POST', url: '/api/upload', headers, payload: formWith('A short agreement.') });
  await gateway.services.stop('analysis');
  await inject({ method: 'DELETE', url: `/api/documents/${upload.json().document_id}`, headers });
  await vi.waitUntil(
    async () => {
      const { services } = (await inject({ url: '/api/admin/cache', headers })).json();
      const { topics } = services[0].backlog;
      return topics.some(
        (each: Record<string, unknown>) =>
          each.topic === 'document_deleted' &&
          each.waiting === 1 &&
          each.refused === 1 &&
          Number(each.oldest_seconds) > 0,
      );
    },
    { timeout: 10_000, interval: 100 },
  );
});

it('a service that does not answer is named as such, and nothing is said to agree', async () => {
  await gateway.services.stop('analysis');
  const services = (await inject({ url: '/api/admin/cache', headers })).json().services;
  expect(services).toMatchObject([
    { service: 'document', status: 'reachable' },
    { service: 'analysis', status: 'unreachable', connection: null, trusted: null, families: [], keyspace: null },
    { service: 'session', status: 'reachable' },
  ]);
  expect(await check()).toMatchObject({
    agree: false,
    services: [{ status: 'checked' }, { service: 'analysis', status: 'unavailable' }, { status: 'checked' }],
  });
});
