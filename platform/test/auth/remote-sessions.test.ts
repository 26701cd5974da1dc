import { type CheckSessionResponse, SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import { afterEach, expect, it } from 'vitest';
import { lasting } from '../../src/auth/principal.ts';
import { RemoteSessions } from '../../src/auth/remote-sessions.ts';
import { type StatusCode, StatusError } from '../../src/errors.ts';
import { createClient } from '../../src/grpc/client.ts';
import { toDuration } from '../../src/grpc/duration.ts';
import type { Handlers } from '../../src/grpc/handler.ts';
import { GrpcServer } from '../../src/grpc/server.ts';
import { silentLogger } from '../shelf/shelf-stores.ts';

let stack = new AsyncDisposableStack();
afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

type Sessions = Handlers<typeof SessionServiceService>;

/** A session service that answers like that. */
async function sessionsThat(handlers: Partial<Sessions>): Promise<RemoteSessions> {
  const server = stack.use(
    new GrpcServer({
      host: '127.0.0.1',
      port: 0,
      logger: silentLogger,
      authenticator: {
        authenticate: async () => lasting({ kind: 'service', name: 'document' }),
        serviceIn: () => 'document',
      },
      translateError: () => undefined,
      health: { isReady: async () => true },
    }),
  );
  server.register(SessionServiceService, handlers as Sessions);
  return new RemoteSessions(
    stack.use(createClient(SessionServiceService, { address: `127.0.0.1:${await server.listen()}` })),
  );
}

const now = new Date();
const session = {
  sessionId: 's',
  userId: 'u',
  documentId: 'd',
  permissions: ['read'],
  createdAt: now,
  expiresAt: now,
  absoluteExpiresAt: now,
};
const user = { kind: 'user', userId: 'u', role: 'user', sessionId: 's', resourceId: 'd' };
const checked: CheckSessionResponse = {
  session,
  role: 'user',
  validFor: toDuration(750),
  assertion: undefined,
  assertionExpiresIn: undefined,
};

it('a session becomes a user, bound to its document if it is, with the time that it may be relied upon', async () => {
  const sessions = await sessionsThat({ checkSession: async () => checked });
  expect(await sessions.check('s')).toEqual({ user: { ...user, permissions: new Set(['read']) }, validForMs: 750 });
});

it('an answer that does not say how long it holds is not to be relied upon', async () => {
  const sessions = await sessionsThat({ checkSession: async () => ({ ...checked, validFor: undefined }) });
  expect(await sessions.check('s')).toMatchObject({ validForMs: 0 });
});

it('a token is exchanged for an assertion for the audience', async () => {
  const sessions = await sessionsThat({
    authenticateSession: async ({ token, audience }) => ({
      ...checked,
      assertion: `${token} for ${audience}`,
      assertionExpiresIn: toDuration(60_000),
    }),
  });
  expect(await sessions.authenticate('abc', 'document')).toMatchObject({
    user,
    assertion: 'abc for document',
    assertionExpiresInMs: 60_000,
  });
});

it.each<[StatusCode, string]>([
  ['UNAUTHENTICATED', 'INVALID_SESSION'],
  ['UNAVAILABLE', 'DEPENDENCY_UNAVAILABLE'],
])('%s (%s) about the session is passed on', async (code, reason) => {
  const fail = () => Promise.reject(new StatusError(code, 'so it is', { reason }));
  const sessions = await sessionsThat({ checkSession: fail });
  await expect(sessions.check('s')).rejects.toMatchObject({ name: 'StatusError', code, reason });
});

it.each<[StatusCode, string]>([
  ['UNAUTHENTICATED', 'UNAUTHENTICATED'],
  ['UNAUTHENTICATED', 'SERVICE_TOKEN_INVALID'],
  ['PERMISSION_DENIED', 'SERVICE_REQUIRED'],
])('%s (%s) about this service itself is no answer to its caller', async (code, reason) => {
  const fail = () => Promise.reject(new StatusError(code, 'not you', { reason }));
  const sessions = await sessionsThat({ authenticateSession: fail });
  const error: unknown = await sessions.authenticate('abc', 'document').catch((failure: unknown) => failure);
  expect(error).not.toBeInstanceOf(StatusError);
  expect(error).toMatchObject({ message: expect.stringContaining('does not accept the token of this service') });
});
