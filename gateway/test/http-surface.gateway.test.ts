import { type AddressInfo, connect } from 'node:net';
import { Metrics } from '@contract-reviewer/platform/telemetry/metrics';
import type { FastifyInstance } from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import { Drain } from '../src/drain.ts';
import { buildServer } from '../src/server.ts';
import { connectServices } from '../src/services.ts';
import { captureLog } from './log-lines.ts';

/** What the gateway does by itself, before and without any service: nobody answers at these addresses. */
const nowhere = '127.0.0.1:1';
const addresses = { document: nowhere, analysis: nowhere, session: nowhere };
const services = connectServices({ addresses, serviceToken: '' });
const { logger, lines } = captureLog('gateway');
const drain = new Drain();
const server: FastifyInstance = buildServer({ services, maxUploadBytes: 1000, drain, logger });

afterAll(async () => {
  await server.close();
  services[Symbol.dispose]();
});

const headers = { authorization: 'Bearer some.token' };
const json = { ...headers, 'content-type': 'application/json' };

describe('a request that the API does not know', () => {
  it.each([
    ['an unknown path', { url: '/api/contracts' }, 404, 'ROUTE_NOT_FOUND'],
    ['a wrong method', { url: '/api/documents', method: 'PUT' }, 405, 'METHOD_NOT_ALLOWED'],
    ['a path that is not well-formed', { url: '/api/documents/%ff%zz' }, 400, 'MALFORMED_URL'],
    ['an id of absurd length', { url: `/api/documents/${'x'.repeat(2000)}` }, 414, 'URI_TOO_LONG'],
  ] as const)('%s is refused with what to do instead', async (_what, request, status, reason) => {
    const response = await server.inject({ method: 'GET', headers, ...request });
    expect([response.statusCode, response.json().reason]).toEqual([status, reason]);
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('is told the methods that there are', async () => {
    const response = await server.inject({ method: 'PATCH', url: '/api/documents' });
    expect(response.headers.allow).toBe('GET, HEAD');
  });
});

describe('a body', () => {
  const send = (payload: string, sent: Record<string, string> = json) =>
    server.inject({ method: 'POST', url: '/api/sessions', headers: sent, payload });

  it.each([
    ['JSON that is cut off', '{"permissions": [', 400, 'MALFORMED_JSON'],
    ['JSON that would change a prototype', '{"__proto__": {"admin": true}}', 400, 'MALFORMED_JSON'],
    [
      'JSON that would run recursive code out of stack',
      '['.repeat(100_000) + ']'.repeat(100_000),
      400,
      'JSON_TOO_DEEP',
    ],
    ['more than 1 MiB', JSON.stringify({ document_id: 'x'.repeat(1024 * 1024) }), 413, 'BODY_TOO_LARGE'],
    ['no object', '"text"', 400, 'INVALID_REQUEST'],
  ])('of %s is refused', async (_what, payload, status, reason) => {
    const response = await send(payload);
    expect([response.statusCode, response.json().reason]).toEqual([status, reason]);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'in %s is refused',
    async (type) => {
      const response = await send('permissions=read', { ...headers, 'content-type': type });
      expect([response.statusCode, response.json().reason]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    },
  );

  it('with wrong and unknown fields is refused with all of them named', async () => {
    const response = await send(
      JSON.stringify({ document_id: 7, permissions: ['read', 'fly'], nope: true, no_more: 1 }),
    );
    expect(response.statusCode).toBe(400);
    const { errors } = response.json();
    expect(errors.map(({ field }: { field: string }) => field).sort()).toEqual([
      'document_id',
      'no_more',
      'nope',
      'permissions.1',
    ]);
    expect(errors).toContainEqual({
      field: 'permissions.1',
      detail: 'must be one of read, analyze, write, share, admin',
    });
  });
});

describe('a query', () => {
  it.each([
    ['limit=-1', 'limit'],
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['offset=-1', 'offset'],
    ['offset=1000001', 'offset'],
    ['offset=99999999999999999999', 'offset'],
    ['page=2', 'page'],
  ])('of %s is refused with the parameter named', async (query, field) => {
    const response = await server.inject({ url: `/api/documents?${query}`, headers });
    expect([response.statusCode, response.json().errors[0].field]).toEqual([400, field]);
  });

  it('of a route that takes none is refused', async () => {
    const response = await server.inject({ url: '/api/sessions?all=1', headers });
    expect([response.statusCode, response.json().errors[0].field]).toEqual([400, 'all']);
  });
});

describe('a request without a token', () => {
  it.each([undefined, 'Basic dXNlcjpwYXNz', 'Bearer', 'Bearer two words', `Bearer ${'x'.repeat(2000)}`])(
    'with authorization %j is refused before its body is looked at',
    async (authorization) => {
      const response = await server.inject({
        method: 'POST',
        url: '/api/sessions',
        headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
        payload: 'not JSON',
      });
      expect([response.statusCode, response.json().reason]).toEqual([401, 'UNAUTHENTICATED']);
      expect(response.headers['www-authenticate']).toMatch(/^Bearer/);
    },
  );
});

describe('every answer', () => {
  const urls = ['/healthz', '/api/nothing', '/api/documents', '/api/%zz', '/openapi.json', '/docs', '/metrics'];

  it.each(urls)('to %s tells browsers to keep off, and carries a request id', async (url) => {
    const { headers: answered } = await server.inject({ url });
    expect(answered).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it("carries the client's own request id if that is fit for logs", async () => {
    const idFor = async (id: string) =>
      (await server.inject({ url: '/healthz', headers: { 'x-request-id': id } })).headers['x-request-id'];
    expect(await idFor('order-4711:retry.2')).toBe('order-4711:retry.2');
    expect(await idFor('"},{"level":60')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor('x'.repeat(129))).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('without the services', () => {
  it('a call is answered with 503 and when to come back, without their addresses', async () => {
    const response = await server.inject({ url: '/api/documents', headers });
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('1');
    expect(response.body).not.toContain('127.0.0.1');
    expect(lines.findLast(({ level }) => level === 40)).toMatchObject({
      request_id: response.headers['x-request-id'],
      err: { message: expect.stringContaining('127.0.0.1') },
    });
  });

  it('the gateway lives and is not ready', async () => {
    expect((await server.inject('/healthz')).statusCode).toBe(200);
    const response = await server.inject('/readyz');
    expect([response.statusCode, response.json()]).toEqual([
      503,
      { status: 'unready', services: { document: 'unready', analysis: 'unready', session: 'unready' } },
    ]);
  });
});

describe('the documentation', () => {
  it('is a page that loads nothing from elsewhere', async () => {
    const page = await server.inject('/docs');
    expect(page.statusCode).toBe(200);
    const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source as string);
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) {
      expect(source).toMatch(/^\/docs\//);
      expect((await server.inject(source)).statusCode).toBe(200);
    }
    expect((await server.inject('/openapi.json')).json().openapi).toMatch(/^3\.1\./);
  });
});

describe('the log', () => {
  it('has one line for a request, with neither token nor query nor body', async () => {
    lines.length = 0;
    await server.inject({
      method: 'POST',
      url: '/api/sessions?note=query-secret',
      headers: { ...json, authorization: 'Bearer token-secret', 'x-request-id': 'logged-1' },
      payload: { document_id: 'body-secret' },
    });
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(1);
    expect(lines[0]).toMatchObject({
      level: 30,
      request_id: 'logged-1',
      method: 'POST',
      path: '/api/sessions',
      status: 400,
      duration_ms: expect.any(Number),
    });
    expect(JSON.stringify(lines)).not.toMatch(/secret/);
  });
});

describe('metrics', () => {
  it('count requests by the pattern of their route', async () => {
    await server.inject({ url: '/api/documents/one', headers });
    await server.inject({ url: '/api/documents/two', headers });
    const response = await server.inject('/metrics');
    expect(response.headers['content-type']).toMatch(/^text\/plain/);
    expect(response.body).toContain('process_cpu_seconds_total');
    expect(response.body).toMatch(
      /http_server_request_duration_seconds_count\{http_request_method="GET",http_route="\/api\/documents\/:document_id",http_response_status_code="503"\} 2/,
    );
  });
});

describe('metrics that are told elsewhere', () => {
  it('are not told to who asks the gateway, and count the same', async () => {
    const metrics = new Metrics(logger);
    await using elsewhere = buildServer({
      services,
      maxUploadBytes: 1000,
      drain,
      logger,
      metricsToldElsewhere: metrics,
    });
    expect((await elsewhere.inject('/metrics')).statusCode).toBe(404);
    await elsewhere.inject('/healthz');
    expect(await metrics.render()).toContain('http_route="/healthz",http_response_status_code="200"} 1');
  });
});

describe('what is not HTTP, or expects what nobody knows', () => {
  async function exchange(text: string): Promise<string> {
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(text);
    const answer = (await Array.fromAsync(socket.setEncoding('utf8'))).join('');
    socket.destroy();
    return answer;
  }

  it('is answered with a problem and hung up on', async () => {
    await server.listen({ port: 0, host: '127.0.0.1' });
    for (const [text, status, reason] of [
      ['GARBAGE\r\n\r\n', 400, 'MALFORMED_REQUEST'],
      ['GET / HTTP/1.1\r\nhost: x\r\nexpect: a-pony\r\n\r\n', 417, 'EXPECTATION_FAILED'],
      [`GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
    ] as const) {
      const answer = await exchange(text);
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer).toContain('application/problem+json');
      expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status, reason });
    }
  });
});

describe('draining', () => {
  it('begins with being unready', async () => {
    await drain.begin(0);
    const response = await server.inject('/readyz');
    expect([response.statusCode, response.json().status]).toEqual([503, 'draining']);
  });
});
