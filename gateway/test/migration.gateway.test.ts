import { RedisConnection } from '@contract-reviewer/platform/redis/connection';
import { startRedis } from '@contract-reviewer/platform/testing/test-redis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type GatewayStack, problemIn, startGateway } from './gateway-stack.ts';
import { captureLog } from './log-lines.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

const url = '/api/admin/migration';
let gateway: GatewayStack;
let inject: GatewayStack['server']['inject'];
let headers: { authorization: string };
let version1: RedisConnection;

beforeAll(async () => {
  const server = stack.use(await startRedis([]));
  const { logger } = captureLog('test');
  version1 = stack.use(new RedisConnection({ url: server.url('admin'), logger, commandTimeoutMs: 5000 }));
  version1.connect();
  await vi.waitUntil(() => version1.runId !== undefined, { timeout: 10_000 });
  await version1.run((redis) =>
    redis.mset({
      'document:d-1': JSON.stringify({ filename: 'Rahmenvertrag.pdf', camelCase: { anyKey: 1 } }),
      'analysis:a-1': JSON.stringify({ document_id: 'd-1', riskLevel: 'high' }),
      'analysis:a-2': 'not JSON',
      'document_analysis:d-1': 'a-1',
      'document:[]': '{}',
    }),
  );
  gateway = stack.use(await startGateway({ settings: { V1_REDIS_URL: server.url('admin') } }));
  inject = gateway.server.inject.bind(gateway.server);
  headers = await gateway.login();
  await vi.waitUntil(async () => (await status()).services.every(({ connection }) => connection === 'up'), {
    timeout: 10_000,
  });
});

interface Status {
  phase: string;
  services: { service: string; connection: string; backfill?: { counts: Record<string, number> } }[];
}

async function status(): Promise<Status> {
  const response = await inject({ url, headers });
  expect(response.statusCode).toBe(200);
  return response.json();
}

function act(payload: object, accept = 'application/json') {
  return inject({ method: 'POST', url, headers: { ...headers, accept }, payload });
}

it('GET /api/admin/migration shows both services, and what was not done yet is left out', async () => {
  expect(await status()).toEqual({
    phase: 'dual_write',
    confirmed: false,
    services: ['document', 'analysis'].map((service) => ({
      service,
      phase: 'dual_write',
      confirmed: false,
      migrates: true,
      connection: 'up',
      pending_count: 0,
      set_aside_count: 0,
    })),
  });
});

it('a step that cannot be taken is a 409 that says what to do first', async () => {
  expect(problemIn(await act({ action: 'advance' }))).toMatchObject({ status: 409, reason: 'BACKFILL_NOT_FINISHED' });
  expect(problemIn(await act({ action: 'rollback' }))).toMatchObject({ status: 409, reason: 'NO_SUCH_PHASE' });
});

it('what nobody knows is refused', async () => {
  for (const payload of [{}, { action: 'force' }, { action: 'advance', force: true }]) {
    expect(problemIn(await act(payload))).toMatchObject({ status: 400, reason: 'INVALID_REQUEST' });
  }
  const noUserId = '00000000-0000-4000-8000-000000000000';
  for (const owner of ['nobody@example.test', 'nobody', noUserId]) {
    expect(problemIn(await act({ action: 'backfill', owner }))).toMatchObject({ status: 404 });
  }
});

it('a backfill is told while it goes on, if the client asks for events, and its result comes last', async () => {
  const owner = gateway.services.admin.email.toUpperCase();
  const response = await act({ action: 'backfill', owner }, 'text/event-stream');
  expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  const events = response.body
    .split('\n\n')
    .map((block) => /^event: (\w+)\ndata: (.*)$/s.exec(block))
    .flatMap((match) => (match ? [{ event: match[1] as string, data: JSON.parse(match[2] as string) }] : []));
  for (const service of ['document', 'analysis']) {
    expect(events).toContainEqual({
      event: 'progress',
      data: { service, stage: 'rescue', family: service, counts: expect.anything(), total_keys: 5 },
    });
  }
  const last = events.at(-1);
  expect(last).toMatchObject({ event: 'result', data: { action: 'backfill', agree: true, drift: [] } });
  expect(await status()).toEqual(last?.data.migration);
  expect((await status()).services[1]?.backfill?.counts).toMatchObject({ imported: 2, set_aside: 1 });
});

it('what came from version 1 is served with the very object that version 1 had', async () => {
  const document = await inject({ url: '/api/documents/d-1', headers });
  expect(document.json()).toMatchObject({
    filename: 'Rahmenvertrag.pdf',
    status: 'unreadable',
    version1_original: { filename: 'Rahmenvertrag.pdf', camelCase: { anyKey: 1 } },
  });
  for (const path of ['/api/analyses/a-1', '/api/documents/d-1/analysis']) {
    const analysis = (await inject({ url: path, headers })).json();
    expect(analysis).toMatchObject({
      analysis_id: 'a-1',
      status: 'completed',
      engine: 'version1',
      version1_original: { document_id: 'd-1', riskLevel: 'high' },
    });
    expect(analysis).not.toHaveProperty('risks');
    expect(analysis).not.toHaveProperty('coverage');
  }
  const list = (await inject({ url: '/api/documents/d-1/analyses', headers })).json();
  expect(list.analyses[0]).not.toHaveProperty('version1_original');
});

it('GET /api/admin/migration/set-aside lists what did not fit of both services as one', async () => {
  const page = (await inject({ url: `${url}/set-aside`, headers })).json();
  expect(page).toMatchObject({
    entries: [
      { service: 'document', key: 'document:[]', redis_type: 'string', reason: 'invalid_id', size_bytes: 2 },
      { service: 'analysis', key: 'analysis:a-2', redis_type: 'string', reason: 'not_json', size_bytes: 8 },
    ],
    total_count: 2,
    limit: 10,
    offset: 0,
  });
  for (const [offset, entries] of [
    [0, page.entries.slice(0, 1)],
    [1, page.entries.slice(1)],
    [2, []],
  ]) {
    const part = (await inject({ url: `${url}/set-aside?limit=1&offset=${offset}`, headers })).json();
    expect(part).toEqual({ entries, total_count: 2, limit: 1, offset });
  }
});

it('the gate stays shut while the stores differ, and opens when they agree', async () => {
  await version1.run((redis) => redis.set('analysis:late', JSON.stringify({ document_id: 'd-1' })));
  expect((await act({ action: 'verify' })).json()).toMatchObject({
    agree: false,
    drift: [{ service: 'analysis', family: 'analysis', key: 'analysis:late', fault: 'missing' }],
    drift_count: 1,
  });
  const refused = problemIn(await act({ action: 'advance' }));
  expect(refused).toMatchObject({
    status: 409,
    reason: 'STORES_DIFFER',
    detail: expect.stringContaining('analysis:late'),
  });
  // The documents agreed, so their service went on; the whole has not.
  expect(await status()).toMatchObject({
    phase: 'dual_write',
    services: [{ phase: 'pg_read' }, { phase: 'dual_write' }],
  });

  expect((await act({ action: 'backfill' })).statusCode).toBe(200);
  expect((await act({ action: 'advance' })).json()).toMatchObject({ agree: true, migration: { phase: 'pg_read' } });
  expect((await act({ action: 'rollback' })).json()).toMatchObject({ migration: { phase: 'dual_write' } });
});

it('completion takes a confirmation, and then there is no way back', async () => {
  for (const phase of ['pg_read', 'complete']) {
    expect((await act({ action: 'advance' })).json()).toMatchObject({ migration: { phase, confirmed: false } });
  }
  expect(problemIn(await act({ action: 'advance' }))).toMatchObject({ status: 409, reason: 'NO_SUCH_PHASE' });
  expect((await act({ action: 'advance', confirm: true })).json()).toMatchObject({ migration: { confirmed: true } });
  for (const action of ['advance', 'rollback']) {
    expect(problemIn(await act({ action }))).toMatchObject({ status: 409, reason: 'NO_SUCH_PHASE' });
  }
});

it('only administrators may look and act', async () => {
  const asUser = await gateway.loginAsNewUser();
  for (const request of [
    { url },
    { url: `${url}/set-aside` },
    { method: 'POST', url, payload: { action: 'verify' } },
  ] as const) {
    expect((await inject(request)).statusCode).toBe(401);
    const refused = problemIn(await inject({ ...request, headers: asUser }));
    expect(refused).toMatchObject({ status: 403, reason: 'NOT_AN_ADMINISTRATOR' });
  }
});
