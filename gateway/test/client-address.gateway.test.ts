import { createHash } from 'node:crypto';
import { CallAuthenticator } from '@contract-reviewer/platform/auth/authenticator';
import { StatusError } from '@contract-reviewer/platform/errors';
import { GrpcServer } from '@contract-reviewer/platform/grpc/server';
import { SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { configFrom } from '../src/config.ts';
import { Drain } from '../src/drain.ts';
import { buildServer } from '../src/server.ts';
import { connectServices, type Services } from '../src/services.ts';
import { captureLog } from './log-lines.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

const serviceToken = 'g'.repeat(43);
const { logger } = captureLog('gateway');
let services: Services;
/** Where the session service was told that the last login came from. */
let seen: string;

beforeAll(async () => {
  const trusted = new Map([['gateway', [createHash('sha256').update(serviceToken).digest('hex')]]]);
  const refuse = () => Promise.reject(new StatusError('UNAUTHENTICATED', 'No.', { reason: 'INVALID_CREDENTIALS' }));
  const sessions = stack.use(
    new GrpcServer({
      host: '127.0.0.1',
      port: 0,
      logger,
      authenticator: new CallAuthenticator({
        service: 'session',
        trustedServices: trusted,
        assertionKeys: new Map(),
        sessions: { authenticate: refuse, check: refuse, renew: refuse },
      }),
      translateError: () => undefined,
      health: { isReady: async () => true },
    }),
  );
  sessions.register(
    { login: SessionServiceService.login },
    {
      login: (_request, { clientAddress }) => {
        seen = clientAddress;
        return refuse();
      },
    },
    { anonymous: ['login'] },
  );
  const session = `127.0.0.1:${await sessions.listen()}`;
  services = stack.use(connectServices({ addresses: { document: session, analysis: session, session }, serviceToken }));
});

async function loginFrom(peer: string, headers: Record<string, string>, trustedProxies?: string): Promise<string> {
  const env = { SERVICE_TOKEN: serviceToken, DOCUMENT_SERVICE_ADDRESS: 'd:1', ANALYSIS_SERVICE_ADDRESS: 'a:1' };
  const config = configFrom({ ...env, SESSION_SERVICE_ADDRESS: 's:1', TRUSTED_PROXIES: trustedProxies });
  const options = { maxUploadBytes: 1, drain: new Drain(), logger, trustedProxies: config.TRUSTED_PROXIES };
  const server = buildServer({ services, ...options });
  const payload = { email: 'a@example.test', password: 'x' };
  const response = await server.inject({ method: 'POST', url: '/api/login', payload, headers, remoteAddress: peer });
  await server.close();
  expect(response.statusCode).toBe(401);
  return seen;
}

const forged = { 'x-forwarded-for': '203.0.113.9', 'x-real-ip': '203.0.113.9', forwarded: 'for=203.0.113.9' };

it('a client that says it is another is not believed', async () => {
  expect(await loginFrom('192.0.2.1', { ...forged, 'client-address': '203.0.113.9' })).toBe('192.0.2.1');
});

it('a trusted proxy is believed, and nobody else', async () => {
  expect(await loginFrom('10.1.2.3', forged, '10.0.0.0/8, 2001:db8::/32')).toBe('203.0.113.9');
  expect(await loginFrom('2001:db8::7', forged, '10.0.0.0/8, 2001:db8::/32')).toBe('203.0.113.9');
  expect(await loginFrom('192.0.2.1', forged, '10.0.0.0/8, 2001:db8::/32')).toBe('192.0.2.1');
});

it('what a client puts before the word of a trusted proxy is not believed', async () => {
  expect(await loginFrom('10.1.2.3', { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' }, '10.0.0.0/8')).toBe(
    '203.0.113.9',
  );
});

it('where a trusted proxy names no address, its own counts', async () => {
  expect(await loginFrom('10.1.2.3', { 'x-forwarded-for': 'unknown' }, '10.0.0.0/8')).toBe('10.1.2.3');
});

it.each(['all', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0', '::1/129', '10.0.0.1,,'])(
  '%j is no list of proxies',
  async (list) => {
    await expect(loginFrom('192.0.2.1', {}, list)).rejects.toThrow(/TRUSTED_PROXIES/);
  },
);
