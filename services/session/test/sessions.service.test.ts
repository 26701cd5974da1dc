import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, type SessionServiceStack, startSessionService } from './session-stack.ts';

let service: SessionServiceStack;
beforeAll(async () => {
  service = await startSessionService();
});
afterAll(() => service[Symbol.asyncDispose]());

const unauthenticated = { code: 'UNAUTHENTICATED', reason: 'INVALID_SESSION' };
const wider = { code: 'PERMISSION_DENIED', reason: 'WIDER_THAN_OWN_SESSION' };

function authenticate(token: string) {
  return service.client.authenticateSession({ token }, service.asService);
}

describe('a narrowed session', () => {
  it('is bound to its document and has the permissions that were asked for, in their order', async () => {
    const { asUser, user } = await service.openUser();
    const wanted = { documentId: 'contract:1', permissions: ['analyze', 'read', 'analyze'] };
    const { session, token } = await service.client.createSession(wanted, asUser);
    expect(session).toMatchObject({ userId: user.userId, documentId: 'contract:1', permissions: ['read', 'analyze'] });
    expect((await authenticate(token)).session).toEqual(session);
  });

  it('has all that its maker may do unless told otherwise', async () => {
    const { asUser } = await service.openUser();
    const { session } = await service.client.createSession({ permissions: [] }, asUser);
    expect(session).toMatchObject({ permissions: ['read', 'analyze', 'write', 'share'] });
    expect(session?.documentId).toBeUndefined();
  });

  it('is never wider than the one that it is made from', async () => {
    const { asUser } = await service.openUser();
    const { token } = await service.client.createSession({ documentId: 'one', permissions: ['read'] }, asUser);
    const asNarrowed = bearer(token);
    await expect(service.client.createSession({ permissions: ['admin'] }, asUser)).rejects.toMatchObject(wider);
    await expect(service.client.createSession({ permissions: ['write'] }, asNarrowed)).rejects.toMatchObject(wider);
    await expect(
      service.client.createSession({ documentId: 'two', permissions: [] }, asNarrowed),
    ).rejects.toMatchObject(wider);
    const { session } = await service.client.createSession({ permissions: [] }, asNarrowed);
    expect(session).toMatchObject({ documentId: 'one', permissions: ['read'] });
  });

  it('ends no later than the one that it is made from', async () => {
    const { token, asUser } = await service.openUser();
    const own = (await authenticate(token)).session;
    const { session } = await service.client.createSession({ permissions: [] }, asUser);
    expect(session?.absoluteExpiresAt).toEqual(own?.absoluteExpiresAt);
  });

  it.each([
    ['to a document', { documentId: 'one', permissions: [] }],
    ['to some permissions', { permissions: ['read', 'analyze', 'write'] }],
  ])('%s sees and ends itself alone, and cannot change the password', async (_how, narrowing) => {
    const { asUser, password } = await service.openUser();
    const { session, token } = await service.client.createSession(narrowing, asUser);
    const { sessions } = await service.client.listSessions({}, asUser);
    const full = sessions.find(({ sessionId }) => sessionId !== session?.sessionId);
    const asNarrowed = bearer(token);
    expect((await service.client.listSessions({}, asNarrowed)).sessions).toEqual([session]);
    const sessionId = full?.sessionId ?? '';
    await expect(service.client.getSession({ sessionId }, asNarrowed)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(service.client.revokeSession({ sessionId }, asNarrowed)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(service.client.revokeAllSessions({}, asNarrowed)).rejects.toMatchObject({
      reason: 'SESSION_IS_NARROWED',
    });
    const change = { currentPassword: password, newPassword: 'a completely new one' };
    await expect(service.client.changePassword(change, asNarrowed)).rejects.toMatchObject({
      reason: 'SESSION_IS_NARROWED',
    });
    await service.client.revokeSession({ sessionId: session?.sessionId ?? '' }, asNarrowed);
    await expect(authenticate(token)).rejects.toMatchObject(unauthenticated);
  });
});

describe('sessions of a user', () => {
  it("are theirs to see, newest first, and nobody else's", async () => {
    const [one, other] = [await service.openUser(), await service.openUser()];
    const second = await service.client.createSession({ permissions: ['read'] }, one.asUser);
    const { sessions } = await service.client.listSessions({}, one.asUser);
    expect(sessions).toHaveLength(2);
    expect(sessions[0]).toEqual(second.session);
    const sessionId = second.session?.sessionId ?? '';
    expect((await service.client.getSession({ sessionId }, one.asUser)).session).toEqual(second.session);
    await expect(service.client.getSession({ sessionId }, other.asUser)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(service.client.revokeSession({ sessionId }, other.asUser)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(authenticate(second.token)).resolves.toBeDefined();
  });
});

describe('revocation holds from the moment it is acknowledged:', () => {
  it('of one session', async () => {
    const { token, asUser } = await service.openUser();
    const other = await service.client.createSession({ permissions: [] }, asUser);
    await authenticate(other.token);
    await service.client.revokeSession({ sessionId: other.session?.sessionId ?? '' }, asUser);
    await expect(authenticate(other.token)).rejects.toMatchObject(unauthenticated);
    await expect(authenticate(token)).resolves.toBeDefined();
  });

  it('of one session, with those that were made from it', async () => {
    const { asUser } = await service.openUser();
    const maker = await service.client.createSession({ permissions: ['read', 'analyze'] }, asUser);
    const made = await service.client.createSession({ documentId: 'one', permissions: ['read'] }, bearer(maker.token));
    await authenticate(made.token);
    await service.client.revokeSession({ sessionId: maker.session?.sessionId ?? '' }, asUser);
    await expect(authenticate(made.token)).rejects.toMatchObject(unauthenticated);
  });

  it('of all sessions, this one included', async () => {
    const { token, asUser } = await service.openUser();
    const others = await Promise.all([1, 2, 3].map(() => service.client.createSession({ permissions: [] }, asUser)));
    for (const other of others) await authenticate(other.token);
    expect(await service.client.revokeAllSessions({}, asUser)).toEqual({ revokedCount: 4 });
    for (const ended of [token, ...others.map((other) => other.token)]) {
      await expect(authenticate(ended)).rejects.toMatchObject(unauthenticated);
    }
    await expect(service.client.listSessions({}, asUser)).rejects.toMatchObject(unauthenticated);
  });

  it('of all sessions also takes those that are being opened from one of them', async () => {
    const { asUser } = await service.openUser();
    const opening = Array.from({ length: 8 }, () => service.client.createSession({ permissions: [] }, asUser));
    const [opened] = await Promise.all([Promise.allSettled(opening), service.client.revokeAllSessions({}, asUser)]);
    for (const result of opened) {
      if (result.status === 'fulfilled')
        await expect(authenticate(result.value.token)).rejects.toMatchObject(unauthenticated);
    }
  });
});

describe('a token', () => {
  it.each([
    ['of another secret', (token: string) => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`],
    ['of another session', (token: string) => `00000000-0000-4000-8000-000000000000.${token.split('.')[1]}`],
    ['without a secret', (token: string) => token.split('.')[0] as string],
    ['with more after it', (token: string) => `${token}x`],
    ['that is empty', () => ''],
    ['that is very long', (token: string) => token.repeat(1000)],
  ])('%s is UNAUTHENTICATED', async (_what, alter) => {
    const { token } = await service.openUser();
    await expect(authenticate(alter(token))).rejects.toMatchObject(unauthenticated);
  });

  it('is looked up for internal services alone', async () => {
    const { token, asUser } = await service.openUser();
    await expect(service.client.authenticateSession({ token }, asUser)).rejects.toMatchObject({
      reason: 'SERVICE_REQUIRED',
    });
  });
});
