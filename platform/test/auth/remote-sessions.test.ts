import { SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import { afterEach, expect, it } from 'vitest';
import { lasting } from '../../src/auth/principal.ts';
import { RemoteSessions } from '../../src/auth/remote-sessions.ts';
import { type StatusCode, StatusError } from '../../src/errors.ts';
import { createClient } from '../../src/grpc/client.ts';
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
async function sessionsThat(authenticateSession: Sessions['authenticateSession']): Promise<RemoteSessions> {
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
  server.register(SessionServiceService, { authenticateSession } as Sessions);
  return new RemoteSessions(
    stack.use(createClient(SessionServiceService, { address: `127.0.0.1:${await server.listen()}` })),
  );
}

it('a session becomes a user, bound to its document if it is', async () => {
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
  const sessions = await sessionsThat(async ({ token }) => ({ session, role: `seen ${token}` }));
  expect(await sessions.authenticateSession('abc')).toEqual({
    kind: 'user',
    userId: 'u',
    role: 'seen abc',
    sessionId: 's',
    resourceId: 'd',
    permissions: new Set(['read']),
  });
});

it.each<[StatusCode, string]>([
  ['UNAUTHENTICATED', 'INVALID_SESSION'],
  ['UNAVAILABLE', 'DEPENDENCY_UNAVAILABLE'],
])('%s (%s) about the session is passed on', async (code, reason) => {
  const sessions = await sessionsThat(() => Promise.reject(new StatusError(code, 'so it is', { reason })));
  await expect(sessions.authenticateSession('abc')).rejects.toMatchObject({ name: 'StatusError', code, reason });
});

it.each<[StatusCode, string]>([
  ['UNAUTHENTICATED', 'UNAUTHENTICATED'],
  ['PERMISSION_DENIED', 'SERVICE_REQUIRED'],
])('%s (%s) about this service itself is no answer to its caller', async (code, reason) => {
  const sessions = await sessionsThat(() => Promise.reject(new StatusError(code, 'not you', { reason })));
  const error: unknown = await sessions.authenticateSession('abc').catch((failure: unknown) => failure);
  expect(error).not.toBeInstanceOf(StatusError);
  expect(error).toMatchObject({ message: expect.stringContaining('does not accept the token of this service') });
});
