import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { ServiceAccount } from '@contract-reviewer/proto/session/v1/session';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admin, bearer, type SessionServiceStack, startSessionService } from './session-stack.ts';

let service: SessionServiceStack;
beforeAll(async () => {
  service = await startSessionService();
});
afterAll(() => service[Symbol.asyncDispose]());

const unauthenticated = { code: 'UNAUTHENTICATED', reason: 'INVALID_SESSION' };
const notFound = { code: 'NOT_FOUND', reason: 'SERVICE_ACCOUNT_NOT_FOUND' };

async function newAccount(scopes = ['read', 'write'], name: string = randomUUID()): Promise<ServiceAccount> {
  const { serviceAccount } = await service.client.createServiceAccount({ name, scopes }, service.asAdmin);
  return serviceAccount as ServiceAccount;
}

async function newCredential({ serviceAccountId }: ServiceAccount, expiresAt?: Date) {
  const wanted = { serviceAccountId, ...(expiresAt && { expiresAt }) };
  const { credential, token } = await service.client.createCredential(wanted, service.asAdmin);
  return { credentialId: credential?.credentialId as string, credential, token };
}

function authenticate(token: string) {
  return service.client.authenticateSession({ token }, service.asService);
}

describe('a service account', () => {
  it('is made, read, listed by name and changed by administrators', async () => {
    const second = await newAccount(['write', 'read', 'read'], 'b indexer');
    const first = await newAccount([], 'a importer');
    expect(second).toMatchObject({ name: 'b indexer', scopes: ['read', 'write'], disabled: false });
    const { serviceAccountId } = second;
    expect((await service.client.getServiceAccount({ serviceAccountId }, service.asAdmin)).serviceAccount).toEqual(
      second,
    );
    const { serviceAccounts } = await service.client.listServiceAccounts({}, service.asAdmin);
    expect(serviceAccounts.slice(0, 2)).toEqual([first, second]);

    const change = { serviceAccountId, scopes: { values: ['audit'] } };
    const { serviceAccount: changed } = await service.client.updateServiceAccount(change, service.asAdmin);
    expect(changed).toEqual({ ...second, scopes: ['audit'], updatedAt: expect.any(Date) });
    const taken = service.client.createServiceAccount({ name: 'b indexer', scopes: [] }, service.asAdmin);
    await expect(taken).rejects.toMatchObject({ code: 'ALREADY_EXISTS', reason: 'NAME_TAKEN' });
  });

  it('is no user: it is not listed, found, changed or logged in as one', async () => {
    const { serviceAccountId: userId } = await newAccount();
    const { asAdmin } = service;
    const { users } = await service.client.listUsers({ limit: 1000, offset: 0 }, asAdmin);
    expect(users.map((user) => user.userId)).not.toContain(userId);
    for (const call of [
      () => service.client.getUser({ userId }, asAdmin),
      () => service.client.updateUser({ userId, role: 'admin' }, asAdmin),
      () => service.client.updateUser({ userId, password: 'a perfectly fine one' }, asAdmin),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'NOT_FOUND', reason: 'USER_NOT_FOUND' });
    }
  });

  it('is nothing that anybody but an administrator may see or change, itself included', async () => {
    const account = await newAccount(['read', 'analyze', 'write', 'share', 'audit', 'operate']);
    const { serviceAccountId } = account;
    const { token, credentialId } = await newCredential(account);
    const { asUser } = await service.openUser();
    for (const as of [asUser, bearer(token)]) {
      const calls = [
        () => service.client.createServiceAccount({ name: 'x', scopes: [] }, as),
        () => service.client.getServiceAccount({ serviceAccountId }, as),
        () => service.client.listServiceAccounts({}, as),
        () => service.client.updateServiceAccount({ serviceAccountId, disabled: true }, as),
        () => service.client.deleteServiceAccount({ serviceAccountId }, as),
        () => service.client.createCredential({ serviceAccountId }, as),
        () => service.client.listCredentials({ serviceAccountId }, as),
        () => service.client.revokeCredential({ serviceAccountId, credentialId }, as),
        () => service.client.listUsers({ limit: 0, offset: 0 }, as),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ reason: 'NOT_AN_ADMINISTRATOR' });
    }
  });

  it('that is not there is not found', async () => {
    const { asAdmin } = service;
    const { user } = await service.openUser();
    for (const serviceAccountId of ['nobody', user.userId]) {
      const calls = [
        () => service.client.getServiceAccount({ serviceAccountId }, asAdmin),
        () => service.client.updateServiceAccount({ serviceAccountId, disabled: true }, asAdmin),
        () => service.client.deleteServiceAccount({ serviceAccountId }, asAdmin),
        () => service.client.createCredential({ serviceAccountId }, asAdmin),
        () => service.client.listCredentials({ serviceAccountId }, asAdmin),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject(notFound);
    }
  });
});

describe('a credential', () => {
  it('acts as its service account, within its scopes', async () => {
    const account = await newAccount(['analyze', 'read', 'audit']);
    const { token, credential, credentialId } = await newCredential(account);
    expect(await authenticate(token)).toMatchObject({
      role: 'service',
      session: { sessionId: credentialId, userId: account.serviceAccountId, permissions: ['read', 'analyze', 'audit'] },
    });
    const { serviceAccountId } = account;
    expect((await service.client.listCredentials({ serviceAccountId }, service.asAdmin)).credentials).toEqual([
      credential,
    ]);
  });

  it('is not ended by idleness, and says when it was last used', async () => {
    await using impatient = await startSessionService({ SESSION_IDLE_SECONDS: '3' });
    const { client, asAdmin } = impatient;
    const { serviceAccount } = await client.createServiceAccount({ name: 'rare', scopes: ['read'] }, asAdmin);
    const serviceAccountId = serviceAccount?.serviceAccountId as string;
    const { token, credential } = await client.createCredential({ serviceAccountId }, asAdmin);
    for (let use = 0; use < 2; use += 1) {
      await setTimeout(3300);
      const { session } = await client.authenticateSession({ token }, impatient.asService);
      expect([session?.expiresAt, session?.absoluteExpiresAt]).toEqual([undefined, undefined]);
    }
    const asAdminAgain = bearer((await client.login(admin)).token);
    const { credentials } = await client.listCredentials({ serviceAccountId }, asAdminAgain);
    expect(credentials).toEqual([{ ...credential, lastUsedAt: expect.any(Date) }]);
    expect(credentials[0]?.lastUsedAt?.getTime()).toBeGreaterThan(credential?.lastUsedAt?.getTime() ?? Infinity);
  });

  it('ends when it was told to', async () => {
    const account = await newAccount();
    const expiresAt = new Date(Date.now() + 1500);
    const { token, credential } = await newCredential(account, expiresAt);
    expect(credential?.expiresAt).toEqual(expiresAt);
    expect((await authenticate(token)).session?.absoluteExpiresAt).toEqual(expiresAt);
    await setTimeout(1600);
    await expect(authenticate(token)).rejects.toMatchObject(unauthenticated);
    const { serviceAccountId } = account;
    expect((await service.client.listCredentials({ serviceAccountId }, service.asAdmin)).credentials).toEqual([]);
  });

  it('is replaced without a moment in which none is good: make a new one, switch, revoke the old one', async () => {
    const account = await newAccount();
    const old = await newCredential(account);
    const fresh = await newCredential(account);
    await Promise.all([authenticate(old.token), authenticate(fresh.token)]);
    const { serviceAccountId } = account;
    await service.client.revokeCredential({ serviceAccountId, credentialId: old.credentialId }, service.asAdmin);
    await expect(authenticate(old.token)).rejects.toMatchObject(unauthenticated);
    await expect(authenticate(fresh.token)).resolves.toBeDefined();
  });

  it('is one of five that live at most, also when several are asked for at once', async () => {
    const account = await newAccount();
    const { asAdmin } = service;
    const { serviceAccountId } = account;
    await newCredential(account, new Date(Date.now() + 300));
    const asked = await Promise.allSettled(
      Array.from({ length: 7 }, () => service.client.createCredential({ serviceAccountId }, asAdmin)),
    );
    const refused = asked.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(3);
    expect(refused[0]).toMatchObject({ reason: { code: 'FAILED_PRECONDITION', reason: 'TOO_MANY_CREDENTIALS' } });
    await setTimeout(400);
    await expect(newCredential(account)).resolves.toBeDefined();
  });

  it('of another account, or a session of a person, is not found by its id', async () => {
    const [one, other] = [await newAccount(), await newAccount()];
    const { credentialId, token } = await newCredential(other);
    const { token: sessionToken, user } = await service.openUser();
    const { asAdmin } = service;
    for (const [serviceAccountId, id] of [
      [one.serviceAccountId, credentialId],
      [user.userId, sessionToken.split('.')[0] as string],
    ] as const) {
      const call = service.client.revokeCredential({ serviceAccountId, credentialId: id }, asAdmin);
      await expect(call).rejects.toMatchObject({ code: 'NOT_FOUND', reason: 'CREDENTIAL_NOT_FOUND' });
    }
    await expect(authenticate(token)).resolves.toBeDefined();
    await expect(authenticate(sessionToken)).resolves.toBeDefined();
  });

  it('opens and ends no sessions, so that nothing of it outlives its revocation', async () => {
    const { token, credentialId } = await newCredential(await newAccount());
    const as = bearer(token);
    const calls = [
      () => service.client.createSession({ permissions: [] }, as),
      () => service.client.revokeSession({ sessionId: credentialId }, as),
      () => service.client.revokeAllSessions({}, as),
      () => service.client.changePassword({ currentPassword: 'x', newPassword: 'a completely new one' }, as),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ reason: 'NOT_A_PERSON' });
  });
});

describe('a change of a service account holds for its credentials once it is acknowledged:', () => {
  it('fewer scopes', async () => {
    const account = await newAccount(['read', 'write']);
    const { token } = await newCredential(account);
    await authenticate(token);
    const change = { serviceAccountId: account.serviceAccountId, scopes: { values: ['read'] } };
    await service.client.updateServiceAccount(change, service.asAdmin);
    expect((await authenticate(token)).session?.permissions).toEqual(['read']);
  });

  it('none at all', async () => {
    const account = await newAccount(['audit']);
    const { token } = await newCredential(account);
    await service.client.listAuditEvents({ limit: 1, offset: 0 }, bearer(token));
    const change = { serviceAccountId: account.serviceAccountId, scopes: { values: [] } };
    await service.client.updateServiceAccount(change, service.asAdmin);
    const refused = service.client.listAuditEvents({ limit: 1, offset: 0 }, bearer(token));
    await expect(refused).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('that it is disabled, after which it gets no credentials until it is enabled', async () => {
    const account = await newAccount();
    const { serviceAccountId } = account;
    const { token } = await newCredential(account);
    await authenticate(token);
    await service.client.updateServiceAccount({ serviceAccountId, disabled: true }, service.asAdmin);
    await expect(authenticate(token)).rejects.toMatchObject(unauthenticated);
    await expect(newCredential(account)).rejects.toMatchObject({ reason: 'SERVICE_ACCOUNT_DISABLED' });
    await service.client.updateServiceAccount({ serviceAccountId, disabled: false }, service.asAdmin);
    await expect(authenticate((await newCredential(account)).token)).resolves.toBeDefined();
    await expect(authenticate(token)).rejects.toMatchObject(unauthenticated);
  });

  it('that it is removed', async () => {
    const account = await newAccount();
    const { token } = await newCredential(account);
    await authenticate(token);
    const { serviceAccountId } = account;
    await service.client.deleteServiceAccount({ serviceAccountId }, service.asAdmin);
    await expect(authenticate(token)).rejects.toMatchObject(unauthenticated);
    await expect(service.client.getServiceAccount({ serviceAccountId }, service.asAdmin)).rejects.toMatchObject(
      notFound,
    );
  });
});

describe('a scope', () => {
  it.each([
    ['audit', 'reads the audit log', true, false],
    ['operate', 'sees how the cache does', false, true],
    ['read', 'does neither', false, false],
  ])('%s %s', async (scope, _what, reads, operates) => {
    const as = bearer((await newCredential(await newAccount([scope]))).token);
    const audit = [
      () => service.client.listAuditEvents({ limit: 1, offset: 0 }, as),
      () => service.client.getAuditHead({}, as),
      () => service.client.verifyAuditLog({}, as),
      () => Array.fromAsync(service.client.exportAuditLog({}, as)),
    ];
    const operations = [
      () => service.client.cacheStats({}, as),
      () => Array.fromAsync(service.client.checkConsistency({ repair: false }, as)),
    ];
    const others = [
      () => service.client.eraseUserData({ userId: 'x' }, as),
      () => service.client.createUser({ email: 'a@b', password: 'a perfectly fine one', role: '' }, as),
    ];
    const allowed = [...(reads ? audit : []), ...(operates ? operations : [])];
    const refused = [...(reads ? [] : audit), ...(operates ? [] : operations), ...others];
    for (const call of allowed) await expect(call()).resolves.toBeDefined();
    for (const call of refused) await expect(call()).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});
