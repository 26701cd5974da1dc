import { gzipSync } from 'node:zlib';
import fc, { type Arbitrary } from 'fast-check';
import { loneSurrogates, oddNumbers, oddText } from '../odd-text.ts';
import { idOf, nounOf } from '../placeholders.ts';
import { oddForms } from './multipart.ts';
import type { RestRequest } from './rest-request.ts';
import type { Route } from './routes.ts';
import { headerText } from './well-formed.ts';

type Mutation = (request: RestRequest) => Arbitrary<RestRequest>;

/** Well-formed requests in which one thing is wrong. */
export function nearlyWellFormedRequests(route: Route, wellFormed: Arbitrary<RestRequest>): Arbitrary<RestRequest> {
  const takesJson = route.body?.mediaType === 'application/json';
  const mutations: Mutation[] = [
    wrongQuery(route),
    wrongHeader(route),
    wrongAuthorization,
    ...(route.path.includes('{') ? [wrongPath(route), wrongPath(route)] : []),
    ...(takesJson
      ? [wrongField(route), wrongField(route), wrongField(route), wrongJson, wrongEncoding, wrongMediaType]
      : []),
    ...(route.body && !takesJson ? [wrongForm, wrongForm, wrongMediaType] : []),
    ...(route.body ? [] : [unexpectedBody]),
  ];
  return fc.tuple(wellFormed, fc.constantFrom(...mutations)).chain(([request, mutate]) => mutate(request));
}

/** A value of another type, out of range, too long, of somebody else... */
const oddValues: Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  oddText,
  loneSurrogates,
  fc.constantFrom(...oddNumbers),
  fc.constantFrom(null, [], {}, true),
);

function wrongField({ body }: Route): Mutation {
  const names = Object.keys(body?.schema.properties ?? {});
  const known = names.length > 0 ? fc.constantFrom(...names) : fc.constant('field');
  return (request) => {
    if (!request.body || !('json' in request.body)) return fc.constant(request);
    const { mediaType, json } = request.body;
    const changed = (object: object): RestRequest => ({ ...request, body: { mediaType, json: object } });
    return fc.oneof(
      known.chain((name) => {
        const noun = nounOf(name);
        const values = noun ? fc.oneof(idOf(noun, ['other', 'gone']), oddValues) : oddValues;
        return values.map((value) => changed({ ...(json as object), [name]: value }));
      }),
      known.map((name) =>
        changed(Object.fromEntries(Object.entries(json as object).filter(([each]) => each !== name))),
      ),
      fc
        .tuple(oddText, oddValues)
        .map(([name, value]) => changed(Object.fromEntries([...Object.entries(json as object), [name, value]]))),
    );
  };
}

const wrongJson: Mutation = (request) => {
  if (!request.body || !('json' in request.body)) return fc.constant(request);
  const { mediaType, json } = request.body;
  const text = JSON.stringify(json);
  const [first = 'x'] = Object.keys(json as object);
  return fc
    .constantFrom(
      '',
      ' ',
      'null',
      'true',
      '0',
      '"text"',
      '[]',
      `[${text}]`,
      `${text} trailing`,
      text.slice(0, -1),
      `\ufeff${text}`,
      text.replaceAll('"', "'"),
      `${text.slice(0, -1)}${text === '{}' ? '' : ','}}`,
      `{"${first}": 1e999}`,
      `{"${first}": -0}`,
      `{"${first}": 01}`,
      `{"${first}": NaN}`,
      `{"${first}": "\\ud800"}`,
      `{"${first}": "\\u0000"}`,
      `{"${first}": 1, ${text.slice(1)}`,
      `{"${first}": "a", "${first}": "b"}`,
      `/* comment */ ${text}`,
    )
    .map((changed) => ({ ...request, body: { mediaType, text: changed } }));
};

const wrongEncoding: Mutation = (request) => {
  if (!request.body || !('json' in request.body)) return fc.constant(request);
  const { mediaType, json } = request.body;
  const text = JSON.stringify(json);
  const odd = JSON.stringify({ ...(json as object), filename: 'h\u00e4\u00dflich' });
  const withBytes = (bytes: Uint8Array, headers: RestRequest['headers'] = []): RestRequest => ({
    ...request,
    headers: [...request.headers, ...headers],
    body: { mediaType, bytes },
  });
  return fc.constantFrom(
    withBytes(Buffer.from(text, 'utf16le')),
    withBytes(Buffer.from(odd, 'latin1')),
    withBytes(
      Buffer.concat([
        Buffer.from('{"filename": "'),
        Buffer.from([0xc0, 0x80, 0xed, 0xa0, 0x80, 0xff]),
        Buffer.from('"}'),
      ]),
    ),
    withBytes(gzipSync(text), [['Content-Encoding', 'gzip']]),
    withBytes(gzipSync(text)),
    withBytes(Buffer.from(text), [['Content-Encoding', 'br']]),
  );
};

const wrongMediaType: Mutation = (request) =>
  fc
    .constantFrom(
      undefined,
      '',
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'application/json; charset=utf-16',
      'application/json; charset=nonsense',
      'application/merge-patch+json',
      'multipart/form-data; boundary=x',
      'APPLICATION/JSON',
      'json',
      '*/*',
      `application/json; q=${'x'.repeat(2000)}`,
    )
    .map((mediaType) => (request.body ? { ...request, body: { ...request.body, mediaType } } : request));

const wrongForm: Mutation = (request) => oddForms.map((body) => ({ ...request, body }));

const unexpectedBody: Mutation = (request) =>
  fc
    .constantFrom('{}', '[]', '{"force": true}', 'not JSON', '')
    .map((text) => ({ ...request, body: { mediaType: 'application/json', text } }));

/** A parameter of the path that is somebody else's, nobody's, or no id at all. */
function wrongPath({ path, parameters }: Route): Mutation {
  const names = parameters.flatMap((parameter) => (parameter.in === 'path' ? [parameter.name] : []));
  return (request) => {
    const query = request.target.slice(request.target.split('?', 1)[0]?.length);
    const parts = request.target.split('?', 1)[0]?.split('/') ?? [];
    return fc.constantFrom(...names).chain((name) => {
      const at = path.split('/').indexOf(`{${name}}`);
      const noun = nounOf(name);
      const odd = oddText.map((text) => encodeURIComponent(text.toWellFormed()));
      const values = noun ? fc.oneof({ arbitrary: idOf(noun, ['other', 'gone']), weight: 2 }, odd) : odd;
      return values.map((value) => ({ ...request, target: `${parts.with(at, value).join('/')}${query}` }));
    });
  };
}

function wrongQuery({ parameters }: Route): Mutation {
  const names = parameters.flatMap((parameter) => (parameter.in === 'query' ? [parameter.name] : []));
  const values = fc.oneof(
    oddText.map((text) => encodeURIComponent(text.toWellFormed())),
    fc.constantFrom(
      '-1',
      '0',
      '1e3',
      '0x10',
      '101',
      '1000001',
      '99999999999999999999',
      '1.5',
      '',
      '+1',
      '%20',
      '%ff',
      '%zz',
      'NaN',
      'true',
      '[]',
    ),
    fc.constantFrom('$document.other.0$', '$user.other.0$', '$analysis.other.0$', '$session.other.0$'),
  );
  return (request) =>
    fc
      .tuple(fc.constantFrom(...names, ...names, 'unknown', '__proto__', 'limit', ''), values, fc.boolean())
      .map(([name, value, twice]) => {
        const separator = request.target.includes('?') ? '&' : '?';
        const pair = `${name}=${value}`;
        return { ...request, target: `${request.target}${separator}${pair}${twice ? `&${pair}` : ''}` };
      });
}

function wrongHeader({ parameters }: Route): Mutation {
  const declared = parameters.flatMap((parameter) => (parameter.in === 'header' ? [parameter.name] : []));
  const names = [
    ...declared,
    ...declared,
    'if-match',
    'if-none-match',
    'last-event-id',
    'idempotency-key',
    'x-request-id',
    'accept',
    'range',
    'if-modified-since',
  ];
  const values = fc.oneof(
    oddText.map((text) => headerText(text).slice(0, 4000)),
    fc.constantFrom(
      '*',
      '"1"',
      'W/"1"',
      '"999999999999"',
      '"1", "2"',
      'bytes=0-1,5-9999999999',
      '-1',
      '99999999999',
      'text/html;q=2',
      '',
    ),
  );
  return (request) =>
    fc
      .tuple(fc.constantFrom(...names), values)
      .map(([name, value]) => ({ ...request, headers: [...request.headers, [name, value] as const] }));
}

const wrongAuthorization: Mutation = (request) =>
  fc
    .oneof(
      fc.constantFrom(
        '',
        'Bearer',
        'Basic dXNlcjpwYXNz',
        'Bearer a.b',
        'Bearer .',
        'Bearer service.gateway.x',
        'Bearer $session.other.0$.secret',
        'Bearer $session.own.0$.',
      ),
      oddText.map((text) => `Bearer ${headerText(text).slice(0, 3000)}`),
    )
    .map((value) => ({ ...request, headers: [...request.headers, ['Authorization', value] as const] }));
