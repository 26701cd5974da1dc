import { createHash, randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { assertionKeys, assertionPublicKeys, assertionPublicKeysOf } from '../../src/auth/assertion-keys.ts';
import { AssertionSigner } from '../../src/auth/assertions.ts';
import { CallAuthenticator } from '../../src/auth/authenticator.ts';
import { type UserPrincipal, unauthenticated } from '../../src/auth/principal.ts';
import { serviceAuthorization, trustedServices } from '../../src/auth/service-tokens.ts';
import type { SessionAuthority } from '../../src/auth/session-authority.ts';
import { StatusError } from '../../src/errors.ts';

const seed = randomBytes(32).toString('base64url');
const signer = new AssertionSigner(assertionKeys.parse(seed));
const secretOf = (name: string) => name.padEnd(43, '-');
const hashOf = (name: string) => createHash('sha256').update(secretOf(name)).digest('hex');
const as = (name: string) => serviceAuthorization(name, secretOf(name));
const user: UserPrincipal = {
  kind: 'user',
  userId: 'u',
  role: 'user',
  sessionId: 's',
  permissions: new Set(['read']),
};

let isAlive: boolean;
let renewals: number;

const sessions: SessionAuthority = {
  authenticate: async (token, audience) => ({
    ...(await sessions.check(token)),
    assertion: await signer.sign({ userId: 'u', sessionId: token, audience }),
    assertionExpiresInMs: 60_000,
  }),
  check: async (sessionId) => {
    if (!isAlive || sessionId !== 's') throw unauthenticated();
    return { user, validForMs: 0 };
  },
  renew: async () => {
    renewals += 1;
    return { ...(await sessions.check('s')), assertion: 'renewed', assertionExpiresInMs: 60_000 };
  },
};

const authenticatorOf = (service: string) =>
  new CallAuthenticator({
    service,
    trustedServices: trustedServices.parse(`gateway=${hashOf('gateway')},analysis=${hashOf('analysis')}`),
    assertionKeys: assertionPublicKeys.parse(assertionPublicKeysOf(seed)),
    sessions,
  });
const document = authenticatorOf('document');
const assertionFor = (audience: string, sessionId = 's') => signer.sign({ userId: 'u', sessionId, audience });

const outcome = (authorization: string | undefined, onBehalfOf?: string) =>
  document.authenticate({ authorization, onBehalfOf }).then(
    ({ principal }) => principal,
    (error: unknown) => {
      if (!(error instanceof StatusError)) throw error;
      return `${error.code} ${error.reason}`;
    },
  );

beforeEach(() => {
  isAlive = true;
  renewals = 0;
});

describe('the document service', () => {
  it('knows the user for whom the gateway calls, by an assertion that was made for it', async () => {
    expect(await outcome(as('gateway'), await assertionFor('document'))).toEqual(user);
  });

  it('knows the user for whom another service calls, by the assertion that this one was given', async () => {
    expect(await outcome(as('analysis'), await assertionFor('analysis'))).toEqual(user);
  });

  it.each([
    ['analysis', 'document'],
    ['analysis', 'session'],
    ['gateway', 'analysis'],
    ['gateway', 'gateway'],
  ])('does not let %s call with an assertion that was made for %s', async (actor, audience) => {
    expect(await outcome(as(actor), await assertionFor(audience))).toBe('UNAUTHENTICATED ASSERTION_INVALID');
  });

  it.each([
    ['a session', 'Bearer s', 'ASSERTION_WITHOUT_SERVICE'],
    ['nobody', undefined, 'UNAUTHENTICATED'],
    [
      'a service that has another secret',
      serviceAuthorization('gateway', secretOf('analysis')),
      'SERVICE_TOKEN_INVALID',
    ],
  ])('takes no assertion from %s', async (_who, authorization, reason) => {
    expect(await outcome(authorization, await assertionFor('document'))).toBe(`UNAUTHENTICATED ${reason}`);
  });

  it('knows a service that calls for itself, and takes an empty assertion for a false one', async () => {
    expect(await outcome(as('analysis'))).toEqual({ kind: 'service', name: 'analysis' });
    expect(await outcome(as('analysis'), '')).toBe('UNAUTHENTICATED ASSERTION_INVALID');
  });

  it('refuses a session that has ended, however good its assertion', async () => {
    const assertion = await assertionFor('document');
    expect(await outcome(as('gateway'), assertion)).toEqual(user);
    isAlive = false;
    expect(await outcome(as('gateway'), assertion)).toBe('UNAUTHENTICATED UNAUTHENTICATED');
    expect(await outcome('Bearer s')).toBe('UNAUTHENTICATED UNAUTHENTICATED');
  });

  it('refuses an assertion about a session that is somebody else’s', async () => {
    const assertion = await signer.sign({ userId: 'another', sessionId: 's', audience: 'document' });
    expect(await outcome(as('gateway'), assertion)).toBe('UNAUTHENTICATED ASSERTION_INVALID');
  });
});

describe('what a service passes on', () => {
  const identity = async (authorization: string, onBehalfOf?: string) =>
    document.authenticate({ authorization, onBehalfOf });

  it('is the assertion that it was given, or was given for the token of a direct caller', async () => {
    const given = await assertionFor('document');
    expect(await (await identity(as('gateway'), given)).assertion()).toBe(given);
    const own = await (await identity('Bearer s')).assertion();
    const analysis = authenticatorOf('analysis');
    await expect(analysis.authenticate({ authorization: as('gateway'), onBehalfOf: own })).rejects.toMatchObject({
      reason: 'ASSERTION_INVALID',
    });
    expect(renewals).toBe(0);
  });

  it('is never what was made for another service, or nothing at all', async () => {
    const passedOn = await identity(as('analysis'), await assertionFor('analysis'));
    await expect(passedOn.assertion()).rejects.toThrow('cannot be passed on further');
    await expect((await identity(as('analysis'))).assertion()).rejects.toThrow('nobody is behind this call');
  });
});
