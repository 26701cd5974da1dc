import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formWith, type GatewayStack, problemIn, startGateway } from './gateway-stack.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

type Headers = { authorization: string };
type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

let gateway: GatewayStack;
let admin: Headers;
beforeAll(async () => {
  gateway = stack.use(await startGateway());
  admin = await gateway.login();
});

const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

function call(method: Method, url: string, headers = admin, payload?: object): Promise<LightMyRequestResponse> {
  return gateway.server.inject({ method, url, headers, ...(payload && { payload }) });
}

let accounts = 0;
async function newAccount(scopes: string[]): Promise<string> {
  accounts += 1;
  const made = await call('POST', '/api/service-accounts', admin, { name: `program ${accounts}`, scopes });
  return made.json().service_account_id;
}

async function newCredential(accountId: string, payload = {}): Promise<{ credential_id: string; headers: Headers }> {
  const made = await call('POST', `/api/service-accounts/${accountId}/credentials`, admin, payload);
  const { credential_id, token } = made.json();
  return { credential_id, headers: { authorization: `Bearer ${token}` } };
}

async function callerWith(...scopes: string[]): Promise<Headers> {
  return (await newCredential(await newAccount(scopes))).headers;
}

describe('a service account', () => {
  it('is made, read, listed, changed and removed by an administrator', async () => {
    const payload = { name: 'nightly import', scopes: ['write', 'read'] };
    const made = await call('POST', '/api/service-accounts', admin, payload);
    expect(made.statusCode).toBe(201);
    const { service_account_id, ...account } = made.json();
    const url = `/api/service-accounts/${service_account_id}`;
    expect(made.headers.location).toBe(url);
    expect(account).toEqual({
      name: 'nightly import',
      scopes: ['read', 'write'],
      disabled: false,
      created_at: isoTime,
      updated_at: isoTime,
    });
    expect((await call('GET', url)).json()).toEqual({ service_account_id, ...account });
    expect((await call('GET', '/api/service-accounts')).json().service_accounts).toContainEqual(made.json());
    const again = await call('POST', '/api/service-accounts', admin, payload);
    expect(problemIn(again)).toMatchObject({ status: 409, reason: 'NAME_TAKEN' });

    const changed = await call('PATCH', url, admin, { scopes: [], disabled: true });
    expect([changed.statusCode, changed.json()]).toMatchObject([200, { scopes: [], disabled: true }]);
    expect((await call('DELETE', url)).statusCode).toBe(204);
    expect(problemIn(await call('GET', url))).toMatchObject({ status: 404, reason: 'SERVICE_ACCOUNT_NOT_FOUND' });
  });

  it.each([
    ['a scope that there is not', { name: 'x', scopes: ['admin'] }, 'scopes.0'],
    ['no scopes', { name: 'x' }, 'scopes'],
    ['an empty name', { name: '', scopes: [] }, 'name'],
    ['a password', { name: 'x', scopes: [], password: 'x' }, 'password'],
  ])('is not made with %s', async (_what, payload, field) => {
    const refused = await call('POST', '/api/service-accounts', admin, payload);
    expect([refused.statusCode, refused.json().errors?.[0]?.field]).toEqual([400, field]);
  });

  it('owns documents and is granted others, as a user is', async () => {
    const accountId = await newAccount(['read', 'write']);
    const { headers } = await newCredential(accountId);
    const own = (await call('POST', '/api/upload', headers, formWith('An agreement.'))).json().document_id;
    expect((await call('GET', `/api/documents/${own}`, headers)).statusCode).toBe(200);
    const tooWide = await call('POST', `/api/analyze/${own}`, headers);
    expect(problemIn(tooWide)).toMatchObject({ status: 403 });

    const user = await gateway.loginAsNewUser();
    const theirs = (await call('POST', '/api/upload', user, formWith('Another agreement.'))).json().document_id;
    expect((await call('GET', `/api/documents/${theirs}`, headers)).statusCode).toBe(404);
    await call('PUT', `/api/documents/${theirs}/grants/${accountId}`, user, { permissions: ['read'] });
    expect((await call('GET', `/api/documents/${theirs}`, headers)).statusCode).toBe(200);
    expect((await call('DELETE', `/api/documents/${theirs}`, headers)).statusCode).toBe(403);
  });
});

describe('a credential', () => {
  it('is told once, listed without its secret, and ends when it is revoked', async () => {
    const accountId = await newAccount(['read']);
    const url = `/api/service-accounts/${accountId}/credentials`;
    const made = await call('POST', url, admin, { expires_at: '2100-01-01T00:00:00Z' });
    expect(made.statusCode).toBe(201);
    expect(made.headers['cache-control']).toBe('no-store');
    const { token, ...credential } = made.json();
    const expires_at = '2100-01-01T00:00:00.000Z';
    expect(credential).toEqual({
      credential_id: expect.any(String),
      created_at: isoTime,
      last_used_at: isoTime,
      expires_at,
    });
    expect((await call('GET', url)).json()).toEqual({ credentials: [credential] });

    const headers = { authorization: `Bearer ${token}` };
    const session = await call('GET', `/api/sessions/${credential.credential_id}`, headers);
    expect(session.json()).toMatchObject({
      user_id: accountId,
      permissions: ['read'],
      absolute_expires_at: expires_at,
    });
    expect((await call('DELETE', `${url}/${credential.credential_id}`)).statusCode).toBe(204);
    expect((await call('GET', '/api/documents', headers)).statusCode).toBe(401);
    expect((await call('DELETE', `${url}/${credential.credential_id}`)).statusCode).toBe(404);
  });

  it('without an end has none', async () => {
    const { headers, credential_id } = await newCredential(await newAccount([]));
    const session = (await call('GET', `/api/sessions/${credential_id}`, headers)).json();
    expect(Object.keys(session)).not.toContain('expires_at');
  });

  it('is replaced by another while requests go on, none of which is refused', async () => {
    const accountId = await newAccount(['read']);
    const old = await newCredential(accountId);
    let { headers } = old;
    const statuses = new Set<number>();
    const over = new AbortController();
    const using = (async () => {
      while (!over.signal.aborted) statuses.add((await call('GET', '/api/documents', headers)).statusCode);
    })();
    headers = (await newCredential(accountId)).headers;
    // By its answer, those with the old one that were under way have theirs.
    await call('GET', '/api/documents', headers);
    await call('DELETE', `/api/service-accounts/${accountId}/credentials/${old.credential_id}`);
    await call('GET', '/api/documents', headers);
    over.abort();
    await using;
    expect([...statuses]).toEqual([200]);
    expect((await call('GET', '/api/documents', old.headers)).statusCode).toBe(401);
  });
});

describe('scopes', () => {
  const audit = ['/api/audit', '/api/audit/head', '/api/audit/verify', '/api/audit/export'];
  const operate = ['/api/admin/cache', '/api/admin/migration'];
  const administrators = ['/api/users', '/api/service-accounts'];

  it.each([
    ['audit', audit],
    ['operate', operate],
    ['read', []],
  ])('%s opens what it names, and nothing that is for administrators', async (scope, open) => {
    const headers = await callerWith(scope);
    for (const url of [...audit, ...operate, ...administrators]) {
      const { statusCode } = await call('GET', url, headers);
      expect([url, statusCode]).toEqual([url, open.includes(url) ? 200 : 403]);
    }
    const check = await call('POST', '/api/admin/consistency', headers, {});
    expect(check.statusCode).toBe(scope === 'operate' ? 200 : 403);
    const erase = await call('POST', '/api/audit/erase', headers, { user_id: 'somebody' });
    expect(erase.statusCode).toBe(403);
  });

  it('that are taken away are gone once that is answered', async () => {
    const accountId = await newAccount(['audit', 'operate']);
    const { headers } = await newCredential(accountId);
    for (const url of [...audit, ...operate]) expect((await call('GET', url, headers)).statusCode).toBe(200);
    await call('PATCH', `/api/service-accounts/${accountId}`, admin, { scopes: [] });
    for (const url of [...audit, ...operate]) expect((await call('GET', url, headers)).statusCode).toBe(403);
  });
});
