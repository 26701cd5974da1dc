import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/auth/principal.ts';
import { requireService, requireUser } from '../../src/auth/principal.ts';
import {
  bearerTokenIn,
  isServiceToken,
  ServiceTokens,
  serviceAuthorization,
  serviceToken,
  trustedServices,
} from '../../src/auth/service-tokens.ts';

const secret = 'a'.repeat(43);
const digest = (token: string) => createHash('sha256').update(token).digest('hex');
const trusted = trustedServices.parse(`analysis=${digest(secret)},gateway=${digest('b'.repeat(43))}`);
const user: Principal = { kind: 'user', userId: 'u', role: 'user', sessionId: 's', permissions: new Set() };
const tokens = new ServiceTokens(trusted);
const tokenIn = (authorization: string) => bearerTokenIn(authorization) ?? '';

describe('a service', () => {
  it('is known by its name and its own secret', () => {
    expect(tokens.nameOf(tokenIn(serviceAuthorization('analysis', secret)))).toBe('analysis');
  });

  it('is known by its old secret and its new one while both are trusted', () => {
    const rotating = new ServiceTokens(
      trustedServices.parse(`analysis=${digest(secret)},gateway=${digest('c')},analysis=${digest('b'.repeat(43))}`),
    );
    const names = [secret, 'b'.repeat(43), 'c'].map((each) =>
      rotating.nameOf(tokenIn(serviceAuthorization('analysis', each))),
    );
    expect(names).toEqual(['analysis', 'analysis', undefined]);
  });

  it.each([
    ['with the secret of another', serviceAuthorization('gateway', secret)],
    ['that nobody knows', serviceAuthorization('billing', secret)],
    ['with its digest for a secret', serviceAuthorization('analysis', digest(secret))],
    ['without a secret', 'Bearer service.analysis'],
    ['without a name', `Bearer service..${secret}`],
    ['without anything', 'Bearer service.'],
  ])('%s is not known', (_what, authorization) => {
    expect(isServiceToken(tokenIn(authorization))).toBe(true);
    expect(tokens.nameOf(tokenIn(authorization))).toBeUndefined();
  });
});

describe('a token', () => {
  it.each(['Bearer session.token', 'bearer session.token', 'BEARER  session.token'])(
    'is found in %j',
    (authorization) => {
      expect(bearerTokenIn(authorization)).toBe('session.token');
    },
  );

  it.each([undefined, '', 'Bearer', 'Bearer ', 'session.token', 'Basic session.token', 'Bearer session.token extra'])(
    'is not found in %j',
    (authorization) => {
      expect(bearerTokenIn(authorization)).toBeUndefined();
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
