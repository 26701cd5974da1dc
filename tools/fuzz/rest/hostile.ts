import fc, { type Arbitrary } from 'fast-check';
import { hostileForms } from './multipart.ts';
import type { Body, RestRequest } from './rest-request.ts';
import type { Route } from './routes.ts';

type Attack = (request: RestRequest) => Arbitrary<RestRequest>;

/** Requests that are made to do harm. */
export function hostileRequests(route: Route, wellFormed: Arbitrary<RestRequest>): Arbitrary<RestRequest> {
  const takesFiles = route.body?.mediaType.startsWith('multipart/') === true;
  const attacks: Attack[] = [
    hostilePath(route),
    hostileHeaders,
    hostileFraming,
    hostileMethod,
    hostileJson,
    ...(takesFiles ? [hostileForm, hostileForm] : []),
  ];
  return fc.tuple(wellFormed, fc.constantFrom(...attacks)).chain(([request, attack]) => attack(request));
}

const deep = (open: string, close: string, levels: number) => `${open.repeat(levels)}1${close.repeat(levels)}`;

const hostileTexts: Arbitrary<string> = fc.oneof(
  fc.constantFrom(100, 10_000, 100_000).map((levels) => deep('[', ']', levels)),
  fc.constantFrom(60, 100, 10_000).map((levels) => deep('{"a":', '}', levels)),
  fc.constantFrom(60, 1000).map((levels) => `{"metadata":${deep('{"a":', '}', levels)}}`),
  fc.constantFrom(
    '{"__proto__":{"admin":true}}',
    '{"constructor":{"prototype":{"admin":true}}}',
    '{"metadata":{"__proto__":{"admin":true}}}',
    '{"metadata":{"constructor":{"prototype":{"polluted":1}},"toString":1,"hasOwnProperty":null}}',
    '{"role":"admin","user_id":"$user.other.0$","is_admin":true}',
    '{"$ref":"#","$id":"x","$schema":"http://127.0.0.1:1/"}',
  ),
  fc
    .constantFrom(10_000, 100_000)
    .map((length) => `{"permissions":[${Array.from({ length }, () => '"read"').join(',')}]}`),
  fc
    .constantFrom(1_000, 20_000)
    .map((length) => `{${Array.from({ length }, (_, index) => `"k${index}":0`).join(',')}}`),
  fc.constantFrom(1_048_000, 1_048_577, 3_000_000).map((length) => `{"document_id":"${'x'.repeat(length)}"}`),
  fc.constantFrom(1_000, 900_000).map((length) => `{"metadata":{"n":${'9'.repeat(length)}}}`),
  fc.string({ unit: 'binary', maxLength: 300 }),
);

const hostileJson: Attack = (request) =>
  hostileTexts.map((text) => ({ ...request, body: { mediaType: 'application/json', text } }));

const hostileForm: Attack = (request) => hostileForms.map((body) => ({ ...request, body }));

function hostilePath({ path }: Route): Attack {
  const segments = fc.constantFrom(
    '..',
    '%2e%2e',
    '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '..%5c..%5c',
    '%00',
    'a%00b',
    '%ff%fe',
    '%c0%ae%c0%ae',
    '%zz',
    '%',
    '%u0041',
    '',
    ';jsessionid=1',
    '*',
    '$document.own.0$%2f..',
    '$document.own.0$/../$document.other.0$',
    '%24where',
    'x'.repeat(2000),
    'x'.repeat(15_000),
    '%41'.repeat(1000),
    '__proto__',
    'constructor',
  );
  return (request) =>
    fc.oneof(
      segments.map((segment) => {
        const attacked = path.includes('{') ? path.replaceAll(/\{[^}]+\}/g, segment) : `${path}/${segment}`;
        return { ...request, target: attacked };
      }),
      fc
        .constantFrom(
          `/${path}`,
          `/api/../..${path}`,
          `http://elsewhere.example${path.replaceAll(/\{[^}]+\}/g, 'x')}`,
          `${path.replaceAll(/\{[^}]+\}/g, 'x')}?${'a=1&'.repeat(3000)}`,
          `${path.replaceAll(/\{[^}]+\}/g, 'x')}?${'&'.repeat(5000)}`,
          `${path.replaceAll(/\{[^}]+\}/g, 'x')}?a[b][c]=1&__proto__[admin]=1&constructor.prototype.x=1`,
          `${path.replaceAll(/\{[^}]+\}/g, 'x')}#fragment`,
          '*',
          '//',
          '/%2e%2e/%2e%2e/etc/passwd',
          '/docs/../../../package.json',
          '/docs/static/%2e%2e/%2e%2e/package.json',
          '/\u00ff\u00fe',
        )
        // What is left of a template is no path.
        .map((target) => ({ ...request, target: target.replaceAll(/[{}]/g, ''), mayGoUnanswered: true })),
    );
}

const hostileHeaders: Attack = (request) =>
  fc
    .constantFrom<RestRequest['headers']>(
      [['X-Injected', 'a\r\nX-Admin: true\r\nContent-Length: 5']],
      [['X-Request-Id', 'a\r\n\r\nGET /api/admin/cache HTTP/1.1']],
      [['X-Request-Id', '"},{"level":60,"msg":"forged"}']],
      [['X-Null', 'a\u0000b']],
      [['X-Bare', 'a\nb']],
      [['Bad Name', 'x']],
      [['', 'x']],
      [
        ['X-User-Id', '$user.other.0$'],
        ['X-Forwarded-For', '127.0.0.1, ::1'],
        ['X-Forwarded-User', 'admin'],
        ['X-Real-Ip', '127.0.0.1'],
      ],
      [['On-Behalf-Of', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIkdXNlci5vdGhlci4wJCJ9.']],
      [['X-Http-Method-Override', 'DELETE']],
      [['Host', 'elsewhere.example']],
      [['Cookie', `token=${'x'.repeat(8000)}`]],
      [['X-Large', 'x'.repeat(20_000)]],
      Array.from({ length: 3000 }, (_, index) => [`X-${index}`, 'x'] as const),
      Array.from({ length: 100 }, () => ['If-None-Match', '"a", '.repeat(10)] as const),
      [['Accept-Encoding', 'gzip, br, zstd, *;q=0']],
      [['Expect', '100-continue']],
      [['Expect', 'nonsense']],
      [
        ['Upgrade', 'websocket'],
        ['Connection', 'Upgrade'],
        ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
      ],
      [
        ['Upgrade', 'h2c'],
        ['HTTP2-Settings', 'AAMAAABkAAQCAAAAAAIAAAAA'],
      ],
      [['Transfer-Encoding', 'gzip']],
      [['Transfer-Encoding', 'chunked, identity']],
      [['Content-Length', '-1']],
      [['Content-Length', '5, 6']],
      [['Content-Length', '99999999999999999999']],
      [
        ['Trailer', 'X-Late'],
        ['TE', 'trailers'],
      ],
    )
    .map((headers) => ({ ...request, headers: [...request.headers, ...headers], mayGoUnanswered: true }));

const hostileFraming: Attack = (request) => {
  const body: Body = request.body ?? { mediaType: 'application/json', text: '{}' };
  return fc.oneof(
    fc.constantFrom<RestRequest>(
      { ...request, body, length: 'chunked' },
      { ...request, body, length: 'chunked, and a length', mayGoUnanswered: true },
      { ...request, body, length: 0, mayGoUnanswered: true },
      { ...request, body, length: 1, mayGoUnanswered: true },
      { ...request, body, length: 99_999, hangUpAfter: 100_000, mayGoUnanswered: true },
    ),
    fc.nat(600).map((hangUpAfter) => ({ ...request, body, hangUpAfter, mayGoUnanswered: true })),
    fc.constantFrom(1, 7, 64).map((pieceBytes) => ({ ...request, body, pieceBytes })),
  );
};

const hostileMethod: Attack = (request) =>
  fc
    .constantFrom(
      'PUT',
      'HEAD',
      'OPTIONS',
      'TRACE',
      'CONNECT',
      'PROPFIND',
      'get',
      'GET GET',
      '\u00ff',
      'X'.repeat(1000),
      'PRI',
    )
    .map((method) => ({ ...request, method, mayGoUnanswered: true }));
