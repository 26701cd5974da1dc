import { type AddressInfo, connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Drain } from '../src/drain.ts';
import { buildServer } from '../src/server.ts';
import { connectServices } from '../src/services.ts';
import { captureLog } from './log-lines.ts';

/** Bytes as no client library would send them. Nobody answers at the services' addresses. */
const nowhere = '127.0.0.1:1';
const addresses = { document: nowhere, analysis: nowhere, session: nowhere };
const services = connectServices({ addresses, serviceToken: 'x'.repeat(43) });
const { logger, lines } = captureLog('gateway');
const server: FastifyInstance = buildServer({ services, maxUploadBytes: 1000, drain: new Drain(), logger });

beforeAll(() => server.listen({ port: 0, host: '127.0.0.1' }));
afterAll(async () => {
  await server.close();
  services[Symbol.dispose]();
});

interface Answer {
  status: number;
  headers: Headers;
  body: string;
  /** All that came, a second answer included. */
  text: string;
}

/** @returns what came until the server closed the connection, or `waitMs` passed without a byte */
async function send(bytes: string, waitMs = 1000): Promise<Answer> {
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1').setEncoding('latin1');
  const ended = Promise.withResolvers<void>();
  let text = '';
  socket.on('data', (part) => {
    text += part;
  });
  socket.on('error', () => ended.resolve());
  socket.on('close', () => ended.resolve());
  socket.setTimeout(waitMs, () => ended.resolve());
  socket.write(bytes, 'latin1');
  await ended.promise;
  socket.destroy();
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...fields] = head.split('\r\n');
  const headers = new Headers(
    fields.map((field) => [field.slice(0, field.indexOf(':')), field.slice(field.indexOf(':') + 1).trim()]),
  );
  return { status: Number(statusLine.split(' ')[1] ?? 0), headers, body: rest.join('\r\n\r\n'), text };
}

const host = 'host: gateway\r\n';
const token = 'authorization: Bearer some.token\r\n';
const close = 'connection: close\r\n';
const smuggled = `GET /metrics HTTP/1.1\r\n${host}${close}\r\n`;
const post = (headers: string, body: string) => `POST /api/login HTTP/1.1\r\n${host}${headers}\r\n${body}`;
const get = (headers: string, path = '/healthz') => `GET ${path} HTTP/1.1\r\n${headers}${close}\r\n`;
const chunked = 'transfer-encoding: chunked\r\n';
const lastChunk = '0\r\n\r\n';
const repeat = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, i) => line(i));

function expectGuarded({ headers }: Answer): void {
  expect(Object.fromEntries(headers)).toMatchObject({
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
    'cache-control': expect.stringMatching(/no-store|no-cache|max-age/),
  });
  expect([...headers.keys()].filter((name) => /^(access-control-|set-cookie)/.test(name))).toEqual([]);
}

describe('one request cannot hide in another', () => {
  it.each([
    ['a length and chunks', post(`content-length: 4\r\n${chunked}`, lastChunk + smuggled)],
    ['chunks and a length', post(`${chunked}content-length: 4\r\n`, lastChunk + smuggled)],
    ['two lengths', post('content-length: 4\r\ncontent-length: 0\r\n', smuggled)],
    ['one length twice', post('content-length: 0\r\ncontent-length: 0\r\n', smuggled)],
    ['lengths in a list', post('content-length: 0, 4\r\n', smuggled)],
    ['a length with a sign', post('content-length: +0\r\n', smuggled)],
    ['a length in hexadecimal', post('content-length: 0x0\r\n', smuggled)],
    ['a coding that nobody knows', post('transfer-encoding: cow\r\n', lastChunk + smuggled)],
    ['a coding after the chunks', post('transfer-encoding: chunked, identity\r\n', lastChunk + smuggled)],
    ['chunks of something compressed', post('transfer-encoding: gzip, chunked\r\n', lastChunk + smuggled)],
    ['chunks under a name with a space', post('transfer-encoding : chunked\r\n', lastChunk + smuggled)],
    ['chunks under a folded header', post('x: y\r\n transfer-encoding: chunked\r\n', lastChunk + smuggled)],
    ['chunks in HTTP/1.0', `POST /api/login HTTP/1.0\r\n${chunked}\r\n${lastChunk}${smuggled}`],
    ['lines that end in LF alone', `GET /healthz HTTP/1.1\nhost: x\n\n${smuggled}`],
    ['a CR within a header', get(`${host}x: a\rb: c\r\n`)],
    ['a NUL within a header', get(`${host}x: a\0b\r\n`)],
    ['no host', get('')],
    ['two hosts', get(`host: one\r\nhost: two\r\n`)],
    ['two tokens', get(`${host}${token}authorization: Bearer another.token\r\n`, '/api/documents')],
    ['no version', `GET /healthz\r\n\r\n`],
    ['a version of the future', `GET /healthz HTTP/2.0\r\n${host}\r\n`],
  ])('%s: refused, and hung up on', async (_what, bytes) => {
    const answer = await send(bytes);
    expect([answer.status, answer.headers.get('connection')]).toEqual([400, 'close']);
    expect(answer.body).toContain('"reason":"MALFORMED_REQUEST"');
    expect(answer.text).not.toContain('process_cpu');
    expectGuarded(answer);
  });

  it('but two that follow each other are answered both', async () => {
    const { text } = await send(get(host).replace(close, '') + smuggled);
    expect(text).toContain('{"status":"ok"}');
    expect(text).toContain('process_cpu');
  });
});

describe('more than anyone needs', () => {
  const query = (parameters: string) => get(host + token, `/api/documents?${parameters}`);
  const deep = '['.repeat(500_000);

  it.each([
    ['101 headers', get(host + repeat(101, (i) => `x-${i}: y\r\n`).join('')), 431, 'HEADERS_TOO_LARGE'],
    ['1500 headers of one letter', get(host + 'a:\r\n'.repeat(1500)), 431, 'HEADERS_TOO_LARGE'],
    ['a header of 20 KiB', get(`${host}x: ${'y'.repeat(20_000)}\r\n`), 431, 'HEADERS_TOO_LARGE'],
    ['an address of 20 KiB', query('x'.repeat(20_000)), 431, 'HEADERS_TOO_LARGE'],
    ['a query of 5000 characters', query(`limit=${'1'.repeat(5000)}`), 414, 'URI_TOO_LONG'],
    ['a query of 51 parameters', query(repeat(51, (i) => `a${i}=`).join('&')), 414, 'URI_TOO_LONG'],
    ['a query of ampersands', query('&'.repeat(4000)), 414, 'URI_TOO_LONG'],
    [
      'JSON of 500,000 levels',
      post(
        `content-type: application/json\r\ncontent-length: ${deep.length * 2}\r\n${close}`,
        deep + deep.replaceAll('[', ']'),
      ),
      400,
      'JSON_TOO_DEEP',
    ],
    [
      'a body that has no length and goes on beyond 1 MiB',
      post(`content-type: application/json\r\n${chunked}`, `${(2 ** 21).toString(16)}\r\n${' '.repeat(2 ** 21)}`),
      413,
      'BODY_TOO_LARGE',
    ],
  ])('%s is refused', async (_what, bytes, status, reason) => {
    const answer = await send(bytes);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([status, expect.objectContaining({ reason })]);
    expectGuarded(answer);
  });

  it('what is just enough is taken', async () => {
    const headers = host + repeat(98, (i) => `x-${i}: y\r\n`).join('');
    expect((await send(get(headers))).status).toBe(200);
    expect((await send(query('limit=1&offset=2'))).status).toBe(503);
  });

  it('eighty thousand wrong fields are answered with few words', async () => {
    const body = `{${repeat(80_000, (i) => `"k${i}":1`).join(',')}}`;
    const headers = `content-type: application/json\r\ncontent-length: ${body.length}\r\n${close}`;
    const answer = await send(post(headers, body));
    expect(answer.status).toBe(400);
    expect(answer.text.length).toBeLessThan(10_000);
  });
});

describe('a form', () => {
  const upload = (part: string) => {
    const form = `--b\r\n${part}\r\n--b--\r\n`;
    const headers = `${token}content-type: multipart/form-data; boundary=b\r\n${chunked}${close}`;
    const body = `${form.length.toString(16)}\r\n${form}\r\n${lastChunk}`;
    return send(`POST /api/upload HTTP/1.1\r\n${host}${headers}\r\n${body}`);
  };
  const disposition = 'content-disposition: form-data; name="file"; filename="a.txt"\r\n';

  it.each([
    ['ten thousand parts', 'content-disposition: form-data; name="x"\r\n\r\n\r\n--b\r\n'.repeat(10_000)],
    ['a part whose header is 100 KiB', `x: ${'y'.repeat(100_000)}\r\n${disposition}\r\ntext`],
    ['a part with 1000 headers', `${'x: y\r\n'.repeat(1000)}${disposition}\r\ntext`],
    ['a part whose name is 10 KiB', `content-disposition: form-data; name="${'n'.repeat(10_000)}"\r\n\r\ntext`],
    ['metadata of 100 KiB', `content-disposition: form-data; name="metadata"\r\n\r\n"${'m'.repeat(100_000)}"`],
    [
      'metadata of 10,000 levels',
      `content-disposition: form-data; name="metadata"\r\n\r\n${'['.repeat(10_000)}${']'.repeat(10_000)}`,
    ],
  ])('with %s is refused', async (_what, part) => {
    const answer = await upload(part);
    expect(answer.status).toBe(400);
    expect(answer.text.length).toBeLessThan(10_000);
    expectGuarded(answer);
  });
});

describe('a method', () => {
  it.each([
    ['TRACE', 404],
    ['PROPFIND', 404],
    ['FOO', 400],
    ['get', 400],
  ])('%s gets nothing', async (method, status) => {
    const answer = await send(`${method} /healthz HTTP/1.1\r\n${host}x-secret: echo\r\n${close}\r\n`);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('echo');
    expectGuarded(answer);
  });

  it('CONNECT opens no tunnel', async () => {
    expect((await send(`CONNECT 127.0.0.1:1 HTTP/1.1\r\n${host}\r\n`)).text).toBe('');
  });

  it('no other protocol is changed to', async () => {
    for (const protocol of ['websocket', 'h2c']) {
      const answer = await send(
        `GET /healthz HTTP/1.1\r\n${host}connection: upgrade\r\nupgrade: ${protocol}\r\n\r\n`,
        300,
      );
      expect(answer.status).toBe(200);
    }
  });
});

describe('a browser', () => {
  const origin = 'origin: https://other.example\r\n';

  it('that asks for another site is given nothing for it', async () => {
    const asked = 'access-control-request-method: PUT\r\naccess-control-request-headers: authorization\r\n';
    const preflight = await send(`OPTIONS /api/documents HTTP/1.1\r\n${host}${origin}${asked}${close}\r\n`);
    expect(preflight.status).toBe(405);
    expectGuarded(preflight);
    for (const path of ['/healthz', '/api/documents', '/docs', '/openapi.json', '/nowhere']) {
      expectGuarded(await send(get(host + origin, path)));
    }
  });

  it('gets no cookie, and its cookies count for nothing', async () => {
    const answer = await send(
      get(`${host}cookie: authorization=Bearer some.token; token=some.token\r\n`, '/api/documents'),
    );
    expect(answer.status).toBe(401);
    expectGuarded(answer);
  });

  it('finds the same guards on every page and file of the documentation', async () => {
    const page = await send(get(host, '/docs'));
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path as string);
    expect(files.length).toBeGreaterThan(3);
    for (const path of [...files, '/docs/none', '/docs/static/..%2f..%2fpackage.json']) {
      expectGuarded(await send(get(host, path)));
    }
  });
});

it('nothing of all this was taken for a fault of ours', () => {
  expect(lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});
