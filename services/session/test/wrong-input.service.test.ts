import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SessionClient, type SessionServiceStack, startSessionService } from './session-stack.ts';

let service: SessionServiceStack;
beforeAll(async () => {
  service = await startSessionService();
});
afterAll(() => service[Symbol.asyncDispose]());

const long = 'x'.repeat(300);
const event = {
  eventId: randomUUID() as string,
  type: 'tested',
  service: 'document',
  occurredAt: undefined,
  details: undefined,
};

type Call = (client: SessionClient) => Promise<unknown>;
const asAdmin = (): SessionServiceStack['asAdmin'] => service.asAdmin;
const asService = (): SessionServiceStack['asService'] => service.asService;

const wrong: [name: string, fields: string[], call: Call][] = [
  ['login without anything', ['email', 'password'], (client) => client.login({ email: '', password: '' })],
  ['login with an address that is none', ['email'], (client) => client.login({ email: 'me', password: 'x' })],
  ['login with a control character', ['email'], (client) => client.login({ email: 'a\u0000@b', password: 'x' })],
  ['login with a password without end', ['password'], (client) => client.login({ email: 'a@b', password: long })],
  [
    'a new password that is too short',
    ['new_password'],
    (client) => client.changePassword({ currentPassword: 'x', newPassword: 'short' }, asAdmin()),
  ],
  [
    'a session with words that are no ids or permissions',
    ['document_id', 'permissions'],
    (client) => client.createSession({ documentId: '../etc', permissions: ['fly'] }, asAdmin()),
  ],
  ['a session id that is none', ['session_id'], (client) => client.getSession({ sessionId: '' }, asAdmin())],
  ['a revocation of nothing', ['session_id'], (client) => client.revokeSession({ sessionId: 'a b' }, asAdmin())],
  [
    'an account with everything wrong',
    ['email', 'password', 'role'],
    (client) => client.createUser({ email: '@', password: 'short', role: 'king' }, asAdmin()),
  ],
  ['a user id that is none', ['user_id'], (client) => client.getUser({ userId: long }, asAdmin())],
  [
    'a change with everything wrong',
    ['user_id', 'role', 'password'],
    (client) => client.updateUser({ userId: '', role: 'king', password: 'x' }, asAdmin()),
  ],
  [
    'a page that is none',
    ['limit', 'offset'],
    (client) => client.listAuditEvents({ limit: -1, offset: -1 }, asAdmin()),
  ],
  [
    'a page that is far too large',
    ['limit', 'offset'],
    (client) => client.listAuditEvents({ limit: 1001, offset: 2_000_000_000 }, asAdmin()),
  ],
  [
    'a filter that PostgreSQL cannot even store',
    ['type', 'user_id'],
    (client) => client.listAuditEvents({ limit: 1, offset: 0, type: '\u0000', userId: '\u0000' }, asAdmin()),
  ],
  [
    'a list of users of no size',
    ['limit', 'offset'],
    (client) => client.listUsers({ limit: 1001, offset: -1 }, asAdmin()),
  ],
  [
    'a service account with everything wrong',
    ['name', 'scopes', 'scopes'],
    (client) => client.createServiceAccount({ name: '', scopes: ['admin', 'fly'] }, asAdmin()),
  ],
  [
    'scopes that there are not',
    ['service_account_id', 'scopes'],
    (client) => client.updateServiceAccount({ serviceAccountId: '', scopes: { values: ['admin'] } }, asAdmin()),
  ],
  [
    'a credential that has ended already',
    ['service_account_id', 'expires_at'],
    (client) => client.createCredential({ serviceAccountId: ' ', expiresAt: new Date(0) }, asAdmin()),
  ],
  [
    'a credential of nothing',
    ['service_account_id', 'credential_id'],
    (client) => client.revokeCredential({ serviceAccountId: '', credentialId: '../x' }, asAdmin()),
  ],
  ['no events', ['events'], (client) => client.recordAuditEvents({ events: [] }, asService())],
  [
    'an event without id and type',
    ['events.event_id', 'events.type'],
    (client) => client.recordAuditEvents({ events: [{ ...event, eventId: '1', type: '' }] }, asService()),
  ],
  [
    'an event in the name of another service',
    ['events.service'],
    (client) => client.recordAuditEvents({ events: [{ ...event, service: 'session' }] }, asService()),
  ],
];

it.each(wrong)('%s is INVALID_ARGUMENT that names each field', async (_name, fields, call) => {
  const error = await call(service.client).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'INVALID_REQUEST' });
  const violations = (error as { fieldViolations: { field: string; description: string }[] }).fieldViolations;
  expect(violations.map(({ field }) => field)).toEqual(fields);
  for (const { description } of violations) expect(description).toMatch(/^must /);
});

it.each<[string, Call]>([
  ['changePassword', (client) => client.changePassword({ currentPassword: 'x', newPassword: 'x' })],
  ['createSession', (client) => client.createSession({ permissions: [] })],
  ['getSession', (client) => client.getSession({ sessionId: 'x' })],
  ['listSessions', (client) => client.listSessions({})],
  ['revokeSession', (client) => client.revokeSession({ sessionId: 'x' })],
  ['revokeAllSessions', (client) => client.revokeAllSessions({})],
  ['authenticateSession', (client) => client.authenticateSession({ token: 'x' })],
  ['createUser', (client) => client.createUser({ email: 'a@b', password: 'x', role: '' })],
  ['getUser', (client) => client.getUser({ userId: 'x' })],
  ['updateUser', (client) => client.updateUser({ userId: 'x' })],
  ['listAuditEvents', (client) => client.listAuditEvents({ limit: 0, offset: 0 })],
  ['recordAuditEvents', (client) => client.recordAuditEvents({ events: [event] })],
])('%s without a token is UNAUTHENTICATED', async (_name, call) => {
  await expect(call(service.client)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
