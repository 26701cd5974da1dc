import { trustPeriodMs } from '@contract-reviewer/platform/trust-period';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Credentials, formWith, type GatewayStack, startGateway } from './gateway-stack.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

type Headers = { authorization: string };

let gateway: GatewayStack;
let inject: GatewayStack['server']['inject'];
let admin: Headers;

beforeAll(async () => {
  gateway = stack.use(await startGateway());
  inject = gateway.server.inject.bind(gateway.server);
  admin = await gateway.login();
});

/** What the reads are answered with in the end. */
let refused: number[];
let users = 0;
let credentials: Credentials;
let userId: string;
let headers: Headers;
let documentId: string;
/** Of the session service, the document service and the analysis service. */
let reads: (() => Promise<LightMyRequestResponse>)[];

beforeEach(async () => {
  users += 1;
  credentials = { email: `revoked-${users}@example.test`, password: 'a password to be revoked' };
  const user = await inject({ method: 'POST', url: '/api/users', headers: admin, payload: credentials });
  userId = user.json().user_id;
  headers = await gateway.login(credentials);
  const upload = await inject({ method: 'POST', url: '/api/upload', headers, payload: formWith('An agreement.') });
  documentId = upload.json().document_id;
  const own = headers;
  reads = ['/api/sessions', `/api/documents/${documentId}`, `/api/documents/${documentId}/analyses`].map(
    (url) => () => inject({ url, headers: own }),
  );
});

async function statuses(): Promise<number[]> {
  return (await Promise.all(reads.map((read) => read()))).map(({ statusCode }) => statusCode);
}

/** Does it while the session is in use everywhere, so that whatever could be remembered of it is. */
async function whileInUse(act: () => Promise<LightMyRequestResponse>): Promise<void> {
  let isDone = false;
  const use = async () => {
    while (!isDone) await statuses();
  };
  expect(await statuses()).toEqual([200, 200, 200]);
  const using = [use(), use()];
  const startedAt = performance.now();
  const { statusCode } = await act();
  isDone = true;
  // On a busy machine what is remembered may have run out by itself before the reads below; this tells all the same.
  expect(performance.now() - startedAt).toBeGreaterThan(trustPeriodMs);
  expect(statusCode).toBeLessThan(300);
  // First of all, before those that use it have come to rest.
  const first = await statuses();
  await Promise.all(using);
  expect([first, await statuses()]).toEqual([refused, refused]);
}

/**
 * Every process remembers what it was told of a session, and who ends it waits until all of them have forgotten
 * (docs/adr/0016). Without the wait these fail.
 */
describe('a session that is in use is refused by all services as soon as it is acknowledged', () => {
  beforeEach(() => {
    refused = [401, 401, 401];
  });

  it('that it was revoked', () => whileInUse(() => inject({ method: 'DELETE', url: '/api/sessions', headers })));

  it('that the password was changed in another session', async () => {
    const other = await gateway.login(credentials);
    const payload = { current_password: credentials.password, new_password: 'quite another password' };
    await whileInUse(() => inject({ method: 'POST', url: '/api/password', headers: other, payload }));
  });

  it.each([
    ['the account was disabled', { disabled: true }],
    ['an administrator set a new password', { password: 'an imposed password' }],
  ])('that %s', async (_what, payload) => {
    await whileInUse(() => inject({ method: 'PATCH', url: `/api/users/${userId}`, headers: admin, payload }));
  });
});

it('a permission is gone from all services as soon as it is acknowledged that it was taken', async () => {
  await inject({ method: 'PATCH', url: `/api/users/${userId}`, headers: admin, payload: { role: 'admin' } });
  const elevated = await gateway.login(credentials);
  reads = ['session', 'document', 'analysis'].map((family) => {
    const payload = { family };
    return () => inject({ method: 'POST', url: '/api/admin/consistency', headers: elevated, payload });
  });
  refused = [403, 403, 403];
  const payload = { role: 'user' };
  await whileInUse(() => inject({ method: 'PATCH', url: `/api/users/${userId}`, headers: admin, payload }));
});

it('a document that is in use is gone from all services as soon as its deletion is acknowledged', async () => {
  refused = [200, 404, 404];
  await whileInUse(() => inject({ method: 'DELETE', url: `/api/documents/${documentId}`, headers }));
});
