import { expect, it } from 'vitest';
import type { Resolve } from '../../../src/engine/model/endpoint/checked-lookup.ts';
import { isForbiddenAddress } from '../../../src/engine/model/endpoint/forbidden-addresses.ts';
import { HttpEndpoint } from '../../../src/engine/model/endpoint/http-endpoint.ts';
import { retryAfterMs } from '../../../src/engine/model/endpoint/retry-after.ts';
import { answer } from './answers.ts';
import { ModelServer } from './model-server.ts';

const signal = new AbortController().signal;

it.each([
  '169.254.169.254',
  '169.254.0.1',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  'fe80::1',
  'febf::1',
  'fd00:ec2::254',
  '100.100.100.200',
  '0.0.0.0',
  '::',
  '224.0.0.1',
])('nothing connects to %s', (address) => {
  expect(isForbiddenAddress(address)).toBe(true);
});

it.each(['127.0.0.1', '::1', '10.0.0.8', '192.168.1.5', 'fd12::1', '104.18.6.192'])(
  '%s may be a model server',
  (address) => {
    expect(isForbiddenAddress(address)).toBe(false);
  },
);

it.each([
  'http://169.254.169.254',
  'http://[fe80::1]:11434',
  'http://[::ffff:169.254.169.254]',
  'http://2852039166',
  'http://0xA9FEA9FE',
])('an endpoint at %s is refused', async (address) => {
  using endpoint = new HttpEndpoint({ baseUrl: new URL(address), maxAnswerBytes: 1000 });
  await expect(endpoint.get('/', signal)).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('link-local'),
  });
});

const addresses = (...found: string[]): { resolve: Resolve } => ({
  resolve: (_hostname, _options, callback) =>
    callback(
      null,
      found.map((address) => ({ address, family: 4 })),
    ),
});

it('a name that stands for such an address, if only among others, is refused when it is connected to', async () => {
  await using server = await ModelServer.start(() => answer());
  const baseUrl = new URL(`http://models.test:${server.url.port}`);
  using good = new HttpEndpoint({ baseUrl, maxAnswerBytes: 1000, ...addresses('127.0.0.1') });
  expect(JSON.parse(await good.get('/api/tags', signal))).toMatchObject({ models: [{ name: 'llama3.2:3b' }] });
  using bad = new HttpEndpoint({ baseUrl, maxAnswerBytes: 1000, ...addresses('127.0.0.1', '169.254.169.254') });
  await expect(bad.get('/api/tags', signal)).rejects.toMatchObject({ kind: 'refused' });
});

it.each([
  ['7', 7000],
  [' 0 ', 0],
  ['Thu, 01 Jan 2026 00:00:09 GMT', 9000],
  ['Thu, 01 Jan 2020 00:00:00 GMT', 0],
  ['soon', undefined],
  [undefined, undefined],
])('Retry-After %j is %j ms', (header, ms) => {
  expect(retryAfterMs(header, new Date('2026-01-01T00:00:00Z'))).toBe(ms);
});
