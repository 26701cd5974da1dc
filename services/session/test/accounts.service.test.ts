import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admin, bearer, type SessionServiceStack, startSessionService } from './session-stack.ts';

let service: SessionServiceStack;
beforeAll(async () => {
  service = await startSessionService();
});
afterAll(() => service[Symbol.asyncDispose]());

const unauthenticated = { code: 'UNAUTHENTICATED', reason: 'INVALID_SESSION' };

describe('login', () => {
  it('tells the token once', async () => {
    const { session, token } = await service.client.login(admin);
    const read = await service.client.getSession({ sessionId: session?.sessionId ?? '' }, bearer(token));
    expect(read.session).toEqual(session);
    expect(JSON.stringify(read)).not.toContain(token.split('.')[1]);
  });

  it('opens a session that may do what the role allows', async () => {
    const { session, token } = await service.client.login(admin);
    expect(session?.permissions).toEqual(['read', 'analyze', 'write', 'share', 'admin']);
    const authenticated = await service.client.authenticateSession({ token }, service.asService);
    expect(authenticated).toMatchObject({ role: 'admin', session: { sessionId: session?.sessionId } });
    const { token: usersToken } = await service.openUser();
    const users = await service.client.authenticateSession({ token: usersToken }, service.asService);
    expect(users).toMatchObject({ role: 'user', session: { permissions: ['read', 'analyze', 'write', 'share'] } });
  });

  it('takes an address in any case', async () => {
    const { session } = await service.client.login({ ...admin, email: admin.email.toUpperCase() });
    expect(session).toBeDefined();
  });

  it('answers alike for an unknown address, a wrong password and a disabled account, and records each', async () => {
    const { user, password } = await service.openUser();
    await service.client.updateUser({ userId: user.userId, disabled: true }, service.asAdmin);
    const before = await failures();
    const attempts = [
      { email: 'nobody@example.test', password: 'wrong wrong wrong' },
      { email: admin.email, password: 'wrong wrong wrong' },
      { email: user.email, password },
    ];
    const results = await Promise.allSettled(attempts.map((attempt) => service.client.login(attempt)));
    const refused = {
      code: 'UNAUTHENTICATED',
      reason: 'INVALID_CREDENTIALS',
      message: 'E-mail address or password is wrong.',
    };
    for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: refused });
    await expect.poll(async () => (await failures()) - before).toBe(3);
  });

  async function failures(): Promise<number> {
    const filter = { limit: 1, offset: 0, type: 'login_failed' };
    return (await service.client.listAuditEvents(filter, service.asAdmin)).totalCount;
  }

  it('works for who still sends the token of a session that has ended', async () => {
    await expect(service.client.login(admin, bearer('an.old-token'))).resolves.toBeDefined();
  });
});

describe('a change of a user reaches their sessions before it is acknowledged:', () => {
  it('disabling ends them, and no other can be opened', async () => {
    const { user, password, token } = await service.openUser();
    await service.client.authenticateSession({ token }, service.asService);
    await service.client.updateUser({ userId: user.userId, disabled: true }, service.asAdmin);
    await expect(service.client.authenticateSession({ token }, service.asService)).rejects.toMatchObject(
      unauthenticated,
    );
    await expect(service.client.login({ email: user.email, password })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await service.client.updateUser({ userId: user.userId, disabled: false }, service.asAdmin);
    await expect(service.client.authenticateSession({ token }, service.asService)).rejects.toMatchObject(
      unauthenticated,
    );
    await expect(service.client.login({ email: user.email, password })).resolves.toBeDefined();
  });

  it('a role that is taken takes its rights, one that is given must be logged in for', async () => {
    const { user, password, token, asUser } = await service.openUser('admin');
    await service.client.getUser({ userId: user.userId }, asUser);
    await service.client.updateUser({ userId: user.userId, role: 'user' }, service.asAdmin);
    const demoted = await service.client.authenticateSession({ token }, service.asService);
    expect(demoted).toMatchObject({ role: 'user', session: { permissions: ['read', 'analyze', 'write', 'share'] } });
    const forbidden = service.client.createUser(
      { email: 'x@example.test', password: 'x'.repeat(12), role: '' },
      asUser,
    );
    await expect(forbidden).rejects.toMatchObject({ code: 'PERMISSION_DENIED', reason: 'NOT_AN_ADMINISTRATOR' });

    await service.client.updateUser({ userId: user.userId, role: 'admin' }, service.asAdmin);
    const promoted = await service.client.authenticateSession({ token }, service.asService);
    expect(promoted.session?.permissions).not.toContain('admin');
    const { session } = await service.client.login({ email: user.email, password });
    expect(session?.permissions).toContain('admin');
  });

  it('a new password ends all sessions but the one that changed it', async () => {
    const { user, password, token, asUser } = await service.openUser();
    const other = await service.client.login({ email: user.email, password });
    const newPassword = 'a completely new one';
    await service.client.changePassword({ currentPassword: password, newPassword }, asUser);
    await expect(service.client.authenticateSession({ token }, service.asService)).resolves.toBeDefined();
    const ended = service.client.authenticateSession({ token: other.token }, service.asService);
    await expect(ended).rejects.toMatchObject(unauthenticated);
    await expect(service.client.login({ email: user.email, password })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await expect(service.client.login({ email: user.email, password: newPassword })).resolves.toBeDefined();
  });

  it('a password that an administrator resets ends all sessions', async () => {
    const { user, token } = await service.openUser();
    await service.client.updateUser({ userId: user.userId, password: 'given by the admin' }, service.asAdmin);
    await expect(service.client.authenticateSession({ token }, service.asService)).rejects.toMatchObject(
      unauthenticated,
    );
    await expect(service.client.login({ email: user.email, password: 'given by the admin' })).resolves.toBeDefined();
  });

  it('logins with the old password that race a new one open nothing that lasts', async () => {
    const { user, password, asUser } = await service.openUser();
    // From several addresses, none of which has tried too often.
    const logins = Array.from({ length: 6 }, (_, index) =>
      service.client.login({ email: user.email, password }, service.from(`203.0.113.${index}`)),
    );
    const change = service.client.changePassword(
      { currentPassword: password, newPassword: 'a completely new one' },
      asUser,
    );
    const [changed, ...opened] = await Promise.allSettled([change, ...logins]);
    expect(changed).toMatchObject({ status: 'fulfilled' });
    for (const login of opened) {
      if (login.status === 'rejected') continue;
      const { token } = login.value;
      await expect(service.client.authenticateSession({ token }, service.asService)).rejects.toMatchObject(
        unauthenticated,
      );
    }
  });
});

describe('a wrong current password', () => {
  it('changes nothing', async () => {
    const { user, password, asUser } = await service.openUser();
    const wrong = { currentPassword: 'wrong wrong wrong', newPassword: 'a completely new one' };
    await expect(service.client.changePassword(wrong, asUser)).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    await expect(service.client.login({ email: user.email, password })).resolves.toBeDefined();
  });
});

describe('a new password', () => {
  const guessable = { code: 'INVALID_ARGUMENT', reason: 'GUESSABLE_PASSWORD' };

  it('that attackers try first is refused wherever it is given', async () => {
    const { user, password, asUser } = await service.openUser();
    const { client, asAdmin } = service;
    for (const newPassword of ['Password1234!', user.email]) {
      const calls = [
        () => client.createUser({ email: user.email, password: newPassword, role: '' }, asAdmin),
        () => client.updateUser({ userId: user.userId, password: newPassword }, asAdmin),
        () => client.changePassword({ currentPassword: password, newPassword }, asUser),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject(guessable);
    }
    await expect(client.login({ email: user.email, password })).resolves.toBeDefined();
  });

  it('may be long and hold any character, and counts to the last one', async () => {
    const { user, asUser } = await service.openUser();
    const newPassword = `${'鍵 äß\t"\'; -- '.repeat(10)}end`;
    expect(newPassword.length).toBeGreaterThan(64);
    await service.client.updateUser({ userId: user.userId, password: newPassword }, service.asAdmin);
    await expect(service.client.getUser({ userId: user.userId }, asUser)).rejects.toMatchObject(unauthenticated);
    await expect(service.client.login({ email: user.email, password: newPassword })).resolves.toBeDefined();
    const shortened = service.client.login({ email: user.email, password: newPassword.slice(0, -1) });
    await expect(shortened).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('administration', () => {
  it('is refused to users, to narrowed sessions of administrators, and to services', async () => {
    const { asUser, user } = await service.openUser();
    const byDocument = await service.client.createSession({ documentId: 'contract', permissions: [] }, service.asAdmin);
    const byPermission = await service.client.createSession({ permissions: ['read'] }, service.asAdmin);
    const sha256 = '00'.repeat(32);
    const newAccount = { email: 'new@example.test', password: 'x'.repeat(12), role: '' };
    const callers = [asUser, bearer(byDocument.token), bearer(byPermission.token), service.asService];
    for (const caller of callers) {
      const calls = [
        () => service.client.createUser(newAccount, caller),
        () => service.client.updateUser({ userId: user.userId, disabled: true }, caller),
        () => service.client.listAuditEvents({ limit: 1, offset: 0 }, caller),
        () => service.client.getAuditHead({}, caller),
        () => service.client.verifyAuditLog({}, caller),
        () => service.client.eraseUserData({ userId: user.userId }, caller),
        () => service.client.sealAuditLog({ sealedSize: 1n, rootHash: sha256, archiveSha256: sha256 }, caller),
        () => Array.fromAsync(service.client.exportAuditLog({}, caller)),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    }
  });

  it('lets users look at themselves alone', async () => {
    const [one, other] = [await service.openUser(), await service.openUser()];
    expect((await service.client.getUser({ userId: one.user.userId }, one.asUser)).user).toEqual(one.user);
    for (const userId of [other.user.userId, 'nobody']) {
      const asked = service.client.getUser({ userId }, one.asUser);
      await expect(asked).rejects.toMatchObject({ code: 'NOT_FOUND', reason: 'USER_NOT_FOUND' });
    }
    expect((await service.client.getUser({ userId: other.user.userId }, service.asAdmin)).user).toEqual(other.user);
  });

  it('lets administrators alone look for an address', async () => {
    const [one, other] = [await service.openUser(), await service.openUser()];
    const found = await service.client.findUser({ email: other.user.email.toUpperCase() }, service.asAdmin);
    expect(found.user).toEqual(other.user);
    await expect(service.client.findUser({ email: 'no@example.test' }, service.asAdmin)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      reason: 'USER_NOT_FOUND',
    });
    await expect(service.client.findUser({ email: one.user.email }, one.asUser)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      reason: 'NOT_AN_ADMINISTRATOR',
    });
  });

  it('lists users by address, in pages, and how many there are', async () => {
    await Promise.all([service.openUser(), service.openUser()]);
    const list = (limit: number, offset: number) => service.client.listUsers({ limit, offset }, service.asAdmin);
    const { users, totalCount, limit } = await list(0, 0);
    expect([limit, totalCount]).toEqual([100, users.length]);
    expect(users.map(({ email }) => email)).toEqual(users.map(({ email }) => email).sort());
    expect(users.map(({ email }) => email)).toContain(admin.email);
    expect(JSON.stringify(users)).not.toContain('argon2');
    expect(await list(1, 1)).toEqual({ users: users.slice(1, 2), totalCount, limit: 1, offset: 1 });
    expect(await list(10, totalCount)).toEqual({ users: [], totalCount, limit: 10, offset: totalCount });
  });

  it('takes an address once, in any case', async () => {
    const { user } = await service.openUser();
    const again = { email: user.email.toUpperCase(), password: 'another long password', role: '' };
    await expect(service.client.createUser(again, service.asAdmin)).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      reason: 'EMAIL_TAKEN',
    });
  });

  it('never tells a password or its hash', async () => {
    const { user } = await service.openUser();
    const told = await service.client.getUser({ userId: user.userId }, service.asAdmin);
    expect(Object.keys(told.user ?? {}).sort()).toEqual([
      'createdAt',
      'disabled',
      'email',
      'role',
      'updatedAt',
      'userId',
    ]);
  });
});
