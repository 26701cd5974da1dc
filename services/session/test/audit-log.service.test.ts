import { randomUUID } from 'node:crypto';
import type { AuditEvent } from '@contract-reviewer/proto/session/v1/session';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SessionServiceStack, startSessionService } from './session-stack.ts';

let service: SessionServiceStack;
beforeAll(async () => {
  service = await startSessionService();
});
afterAll(() => service[Symbol.asyncDispose]());

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

  const byUser = (await events({ userId: user.userId })).toReversed();
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
    details: { permissions: ['read'] },
  });
  expect(byUser[2]).toMatchObject({ sessionId: session?.sessionId });
  const about = [...(await events({ type: 'user_created' })), ...(await events({ type: 'user_updated' }))].map(
    ({ details }) => details,
  );
  expect(about).toContainEqual({ created_user_id: user.userId, role: 'user' });
  expect(about).toContainEqual({ updated_user_id: user.userId, disabled: true });
});

it('a call that fails records nothing but failed logins', async () => {
  const { user, asUser } = await service.openUser();
  const before = (await events({})).length;
  await expect(service.client.revokeSession({ sessionId: randomUUID() }, asUser)).rejects.toThrow('no live session');
  await expect(service.client.createSession({ permissions: ['admin'] }, asUser)).rejects.toThrow('may not admin');
  await expect(service.client.updateUser({ userId: user.userId, role: 'admin' }, asUser)).rejects.toThrow(
    'Only administrators',
  );
  expect(await events({})).toHaveLength(before);
});

it('events are recorded for internal services alone', async () => {
  const event = { eventId: randomUUID(), type: 'forged', service: 'document', details: undefined };
  const forged = service.client.recordAuditEvents({ events: [{ ...event, occurredAt: undefined }] }, service.asAdmin);
  await expect(forged).rejects.toMatchObject({ code: 'PERMISSION_DENIED', reason: 'SERVICE_REQUIRED' });
});
