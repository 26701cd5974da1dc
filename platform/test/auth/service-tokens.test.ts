import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/auth/principal.ts';
import { requireService, requireUser } from '../../src/auth/principal.ts';
import {
  serviceAuthorization,
  serviceToken,
  TokenAuthenticator,
  trustedServices,
} from '../../src/auth/service-tokens.ts';

const secret = 'a'.repeat(43);
const digest = (token: string) => createHash('sha256').update(token).digest('hex');
const trusted = trustedServices.parse(`analysis=${digest(secret)},gateway=${digest('b'.repeat(43))}`);
const user: Principal = { kind: 'user', userId: 'u', role: 'user', sessionId: 's', permissions: new Set() };

/** Knows one session, whose token is `session.token`. */
const authenticator = new TokenAuthenticator(trusted, {
  authenticateSession: async (token) => {
    if (token !== 'session.token') throw new Error(`asked for ${token}`);
    return user;
  },
});

describe('a service', () => {
  it('is known by its name and its own secret', async () => {
    const { principal } = await authenticator.authenticate(serviceAuthorization('analysis', secret));
    expect(principal).toEqual({ kind: 'service', name: 'analysis' });
    expect(requireService(principal, 'document', 'analysis')).toBe(principal);
  });

  it.each([
    ['with the secret of another', serviceAuthorization('gateway', secret)],
    ['that nobody knows', serviceAuthorization('billing', secret)],
    ['with its digest for a secret', serviceAuthorization('analysis', digest(secret))],
    ['without a secret', 'Bearer service.analysis'],
    ['without a name', `Bearer service..${secret}`],
    ['without anything', 'Bearer service.'],
  ])('%s is not authenticated', async (_what, authorization) => {
    await expect(authenticator.authenticate(authorization)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('a person', () => {
  it.each(['Bearer session.token', 'bearer session.token', 'BEARER  session.token'])(
    'is asked for by %j',
    async (authorization) => {
      expect((await authenticator.authenticate(authorization)).principal).toBe(user);
    },
  );

  it.each([undefined, '', 'Bearer', 'Bearer ', 'session.token', 'Basic session.token', 'Bearer session.token extra'])(
    'is not even asked for by %j',
    async (authorization) => {
      await expect(authenticator.authenticate(authorization)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    },
  );
});

it('what is for users is refused to services, and the other way round', () => {
  expect(() => requireUser({ kind: 'service', name: 'analysis' })).toThrow(
    expect.objectContaining({ reason: 'USER_REQUIRED' }),
  );
  expect(() => requireUser({ kind: 'anonymous' })).toThrow(expect.objectContaining({ code: 'PERMISSION_DENIED' }));
  expect(() => requireService(user, 'analysis')).toThrow(expect.objectContaining({ reason: 'SERVICE_REQUIRED' }));
  expect(() => requireService({ kind: 'service', name: 'gateway' }, 'analysis')).toThrow(/internal services/);
});

describe('settings', () => {
  it.each(['analysis', 'analysis=', `analysis=${'a'.repeat(63)}`, `Analysis=${digest(secret)}`, ''])(
    'do not take %j for a list of trusted services',
    (list) => {
      expect(trustedServices.safeParse(list).success).toBe(false);
    },
  );

  it('do not take a short or odd secret', () => {
    expect(serviceToken.safeParse(secret).success).toBe(true);
    expect(serviceToken.safeParse('a'.repeat(42)).success).toBe(false);
    expect(serviceToken.safeParse(`${'a'.repeat(43)}!`).success).toBe(false);
  });
});
