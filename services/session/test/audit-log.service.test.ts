import { randomUUID } from 'node:crypto';
import type { AuditEvent } from '@contract-reviewer/proto/session/v1/session';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type SessionServiceStack, startSessionService } from './session-stack.ts';

let service: SessionServiceStack;
beforeAll(async () => {
  service = await startSessionService();
});
afterAll(() => service[Symbol.asyncDispose]());

/** Events are delivered in the background, so this many are waited for. */
async function eventsOnce(count: number, filter: { type?: string; userId?: string }): Promise<AuditEvent[]> {
  return vi.waitUntil(
    async () => {
      const found = await events(filter);
      return found.length >= count && found;
    },
    { timeout: 10_000 },
  );
}

async function events(filter: { type?: string; userId?: string }): Promise<AuditEvent[]> {
  return (await service.client.listAuditEvents({ limit: 1000, offset: 0, ...filter }, service.asAdmin)).events;
}

it('an event that is delivered again, or several times at once, is in the log once', async () => {
  const event = {
    eventId: randomUUID(),
    type: 'document_uploaded',
    occurredAt: new Date('2026-01-01T00:00:00.123Z'),
    service: 'document',
    userId: 'user',
    documentId: 'contract',
    details: { size_bytes: 7, names: ['a', 'b'] },
  };
  const record = () => service.client.recordAuditEvents({ events: [event] }, service.asService);
  await record();
  await Promise.all(Array.from({ length: 10 }, record));
  expect(await events({ type: 'document_uploaded' })).toEqual([expect.objectContaining(event)]);
});

it('what users and administrators do to sessions and accounts is recorded, each once', async () => {
  const { user, password, asUser } = await service.openUser();
  const { session } = await service.client.createSession({ documentId: 'contract', permissions: ['read'] }, asUser);
  await service.client.revokeSession({ sessionId: session?.sessionId ?? '' }, asUser);
  await service.client.changePassword({ currentPassword: password, newPassword: 'a completely new one' }, asUser);
  await service.client.updateUser({ userId: user.userId, disabled: true }, service.asAdmin);

  const byUser = (await eventsOnce(4, { userId: user.userId })).toReversed();
  expect(byUser.map(({ type }) => type)).toEqual([
    'session_created',
    'session_created',
    'session_revoked',
    'password_changed',
  ]);
  expect(byUser[1]).toMatchObject({
    userId: user.userId,
    documentId: 'contract',
    sessionId: session?.sessionId,
    outcome: 'allowed',
    details: { permissions: ['read'], origin: 'session' },
  });
  expect(byUser[2]).toMatchObject({ sessionId: session?.sessionId });
  const about = [...(await events({ type: 'user_created' })), ...(await eventsOnce(1, { type: 'user_updated' }))].map(
    ({ details }) => details,
  );
  expect(about).toContainEqual({ created_user_id: user.userId, role: 'user' });
  expect(about).toContainEqual({ updated_user_id: user.userId, disabled: true });
});

it('what is refused is recorded as such, with the call and the reason', async () => {
  const { user, password, asUser } = await service.openUser();
  const refused = [
    service.client.revokeSession({ sessionId: randomUUID() }, asUser),
    service.client.createSession({ permissions: ['admin'] }, asUser),
    service.client.updateUser({ userId: user.userId, role: 'admin' }, asUser),
    service.client.recordAuditEvents({ events: [] }, asUser),
    service.client.changePassword({ currentPassword: 'a wrong one', newPassword: 'a completely new one' }, asUser),
    service.client.login({ email: user.email, password: `not ${password}` }),
  ];
  expect((await Promise.allSettled(refused)).map(({ status }) => status)).toEqual(refused.map(() => 'rejected'));
  const denied = (await eventsOnce(7, { userId: user.userId })).filter(({ outcome }) => outcome === 'denied');
  const told = denied.map(({ type, details }) => `${type} ${details?.method} ${details?.reason}`);
  expect(told.sort()).toEqual([
    'access_denied CreateSession WIDER_THAN_OWN_SESSION',
    'access_denied RecordAuditEvents SERVICE_REQUIRED',
    'access_denied RevokeSession SESSION_NOT_FOUND',
    'access_denied UpdateUser NOT_AN_ADMINISTRATOR',
    'login_failed undefined undefined',
    'password_change_refused undefined undefined',
  ]);
});

it('who provokes refusals cannot fill the log with them', async () => {
  const { user, asUser } = await service.openUser();
  const asks = Array.from({ length: 100 }, () => service.client.getUser({ userId: 'somebody' }, asUser));
  expect((await Promise.allSettled(asks)).every(({ status }) => status === 'rejected')).toBe(true);
  expect(await eventsOnce(21, { userId: user.userId })).toHaveLength(21);
});

it('events are recorded for internal services alone', async () => {
  const event = { eventId: randomUUID(), type: 'forged', service: 'document', details: undefined };
  const forged = service.client.recordAuditEvents({ events: [{ ...event, occurredAt: undefined }] }, service.asAdmin);
  await expect(forged).rejects.toMatchObject({ code: 'PERMISSION_DENIED', reason: 'SERVICE_REQUIRED' });
});

it('a moment that no calendar has is refused, wherever one is asked for', async () => {
  const never = new Date(8.64e15);
  const { client, asAdmin } = service;
  const refused = { code: 'INVALID_ARGUMENT' };
  await expect(Array.fromAsync(client.exportAuditLog({ before: never }, asAdmin))).rejects.toMatchObject(refused);
  for (const bound of [{ from: never }, { until: never }]) {
    await expect(client.listAuditEvents({ limit: 1, offset: 0, ...bound }, asAdmin)).rejects.toMatchObject(refused);
  }
});
