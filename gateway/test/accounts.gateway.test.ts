import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayStack, problemIn, startGateway } from './gateway-stack.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let gateway: GatewayStack;
let inject: GatewayStack['server']['inject'];
beforeAll(async () => {
  gateway = stack.use(await startGateway());
  inject = gateway.server.inject.bind(gateway.server);
});

const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const allPermissions = ['read', 'analyze', 'write', 'share', 'admin'];

describe('POST /api/login', () => {
  it('opens a session and tells its token, once and not to be stored', async () => {
    const response = await inject({ method: 'POST', url: '/api/login', payload: gateway.services.admin });
    expect(response.statusCode).toBe(200);
    expect(response.headers['cache-control']).toBe('no-store');
    const { token, session_id, ...opened } = response.json();
    expect(token).toMatch(new RegExp(`^${session_id}\\.`));
    expect(opened).toEqual({
      user_id: expect.any(String),
      permissions: allPermissions,
      created_at: isoTime,
      expires_at: isoTime,
      absolute_expires_at: isoTime,
    });

    const headers = { authorization: `Bearer ${token}` };
    const read = await inject({ url: `/api/sessions/${session_id}`, headers });
    expect(read.json()).toEqual({ session_id, ...opened });
  });

  it('works for those who still send the token of a session that has ended', async () => {
    const headers = { authorization: 'Bearer ended.token' };
    const response = await inject({ method: 'POST', url: '/api/login', headers, payload: gateway.services.admin });
    expect(response.statusCode).toBe(200);
  });

  it.each([
    ['a wrong password', { password: 'not the password' }, 401, 'INVALID_CREDENTIALS'],
    ['an unknown address', { email: 'nobody@example.test' }, 401, 'INVALID_CREDENTIALS'],
    ['no address', { email: 'nobody' }, 400, 'INVALID_REQUEST'],
    ['an empty password', { password: '' }, 400, 'INVALID_REQUEST'],
    ['an unknown field', { remember: true }, 400, 'INVALID_REQUEST'],
  ])('refuses %s', async (_what, change, status, reason) => {
    const payload = { ...gateway.services.admin, ...change };
    expect(problemIn(await inject({ method: 'POST', url: '/api/login', payload }))).toMatchObject({
      contentType: expect.stringMatching(/^application\/problem\+json/),
      status,
      reason,
    });
  });
});

describe('a session', () => {
  it('can be narrowed to a document and fewer permissions', async () => {
    const response = await inject({
      method: 'POST',
      url: '/api/sessions',
      headers: await gateway.login(),
      payload: { document_id: 'doc-1', permissions: ['analyze', 'read'] },
    });
    expect(response.statusCode).toBe(201);
    const { session_id, token } = response.json();
    expect(response.headers.location).toBe(`/api/sessions/${session_id}`);
    expect(response.json()).toMatchObject({ document_id: 'doc-1', permissions: ['read', 'analyze'] });

    const narrowed = { authorization: `Bearer ${token}` };
    const wider = await inject({
      method: 'POST',
      url: '/api/sessions',
      headers: narrowed,
      payload: { permissions: ['write'] },
    });
    expect(problemIn(wider)).toMatchObject({ status: 403, reason: 'WIDER_THAN_OWN_SESSION' });
  });

  it('needs no body to be opened as wide as the own one', async () => {
    const headers = { ...(await gateway.login()), 'content-type': 'application/json' };
    const response = await inject({ method: 'POST', url: '/api/sessions', headers, payload: '{}' });
    expect(response.json().permissions).toEqual(allPermissions);
  });

  it('is listed among the live ones, and gone once it is ended', async () => {
    const headers = await gateway.loginAsNewUser();
    const { session_id } = (
      await inject({ method: 'POST', url: '/api/sessions', headers, payload: { permissions: ['read'] } })
    ).json();
    const list = async () =>
      (await inject({ url: '/api/sessions', headers }))
        .json()
        .sessions.map((each: { session_id: string }) => each.session_id);
    expect(await list()).toHaveLength(2);
    expect(await list()).toContain(session_id);

    const ended = await inject({ method: 'DELETE', url: `/api/sessions/${session_id}`, headers });
    expect([ended.statusCode, ended.body]).toEqual([204, '']);
    expect(await list()).not.toContain(session_id);
    const again = await inject({ url: `/api/sessions/${session_id}`, headers });
    expect(problemIn(again)).toMatchObject({ status: 404, reason: 'SESSION_NOT_FOUND' });
  });

  it('ends with all others of its user at once', async () => {
    const headers = await gateway.loginAsNewUser();
    expect((await inject({ method: 'DELETE', url: '/api/sessions', headers })).statusCode).toBe(204);
    const after = await inject({ url: '/api/sessions', headers });
    expect(problemIn(after)).toMatchObject({ status: 401, reason: 'INVALID_SESSION' });
    expect(after.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it("of somebody else's is not found", async () => {
    const other = (await gateway.login()).authorization.slice('Bearer '.length).split('.')[0];
    const headers = await gateway.loginAsNewUser();
    for (const method of ['GET', 'DELETE'] as const) {
      const response = await inject({ method, url: `/api/sessions/${other}`, headers });
      expect(problemIn(response)).toMatchObject({ status: 404, reason: 'SESSION_NOT_FOUND' });
    }
  });
});

describe('POST /api/password', () => {
  it('changes the password, given the old one, and ends the other sessions', async () => {
    const headers = await gateway.loginAsNewUser();
    const { token } = (await inject({ method: 'POST', url: '/api/sessions', headers, payload: {} })).json();
    const change = (current_password: string) =>
      inject({
        method: 'POST',
        url: '/api/password',
        headers,
        payload: { current_password, new_password: 'a brand new password' },
      });
    expect(problemIn(await change('wrong password'))).toMatchObject({ status: 401, reason: 'INVALID_CREDENTIALS' });
    expect((await change('another long password')).statusCode).toBe(204);
    expect((await inject({ url: '/api/sessions', headers })).statusCode).toBe(200);
    const other = await inject({ url: '/api/sessions', headers: { authorization: `Bearer ${token}` } });
    expect(other.statusCode).toBe(401);
  });
});

describe('an account', () => {
  it('is made, read and changed by an administrator', async () => {
    const headers = await gateway.login();
    const payload = { email: 'Lawyer@Example.test', password: 'a long enough password' };
    const made = await inject({ method: 'POST', url: '/api/users', headers, payload });
    expect(made.statusCode).toBe(201);
    const { user_id, ...user } = made.json();
    expect(made.headers.location).toBe(`/api/users/${user_id}`);
    expect(user).toEqual({
      email: 'lawyer@example.test',
      role: 'user',
      disabled: false,
      created_at: isoTime,
      updated_at: isoTime,
    });
    expect((await inject({ url: `/api/users/${user_id}`, headers })).json()).toEqual({ user_id, ...user });

    const again = await inject({ method: 'POST', url: '/api/users', headers, payload });
    expect(problemIn(again)).toMatchObject({ status: 409, reason: 'EMAIL_TAKEN' });

    const changed = await inject({
      method: 'PATCH',
      url: `/api/users/${user_id}`,
      headers,
      payload: { disabled: true, role: 'admin' },
    });
    expect([changed.statusCode, changed.json()]).toMatchObject([200, { user_id, disabled: true, role: 'admin' }]);
    const login = await inject({ method: 'POST', url: '/api/login', payload });
    expect(login.statusCode).toBe(401);
  });

  it('is nothing that other users may make, read or change', async () => {
    const admin = await gateway.login();
    const own = (await inject({ url: '/api/sessions', headers: admin })).json().sessions[0].user_id;
    const headers = await gateway.loginAsNewUser();
    const responses = await Promise.all([
      inject({ method: 'POST', url: '/api/users', headers, payload: { email: 'x@y.test', password: 'x'.repeat(12) } }),
      inject({ url: `/api/users/${own}`, headers }),
      inject({ method: 'PATCH', url: `/api/users/${own}`, headers, payload: { disabled: true } }),
    ]);
    expect(responses.map((response) => response.statusCode)).toEqual([403, 404, 403]);
  });

  it.each([
    ['nothing to change', {}, ''],
    ['a role that there is not', { role: 'root' }, 'role'],
    ['a short password', { password: 'short' }, 'password'],
    ['text for a flag', { disabled: 'yes' }, 'disabled'],
    ['an address, which cannot change', { email: 'new@example.test' }, 'email'],
  ])('is not changed by %s', async (_what, payload, field) => {
    const headers = await gateway.login();
    const response = await inject({ method: 'PATCH', url: '/api/users/some-user', headers, payload });
    expect(response.statusCode).toBe(400);
    expect(response.json().errors[0].field).toBe(field || 'body');
  });
});

describe('GET /api/audit', () => {
  it('shows administrators what happened, newest first, filtered and in pages', async () => {
    const headers = await gateway.login();
    await inject({
      method: 'POST',
      url: '/api/sessions',
      headers,
      payload: { document_id: 'audited', permissions: ['read'] },
    });
    const url = '/api/audit?document_id=audited&type=session_created&limit=5';
    await expect.poll(async () => (await inject({ url, headers })).json().total_count).toBe(1);
    expect((await inject({ url, headers })).json()).toEqual({
      events: [
        {
          event_id: expect.any(String),
          sequence: expect.any(Number),
          type: 'session_created',
          outcome: 'allowed',
          occurred_at: isoTime,
          service: 'session',
          user_id: expect.any(String),
          session_id: expect.any(String),
          document_id: 'audited',
          details: { permissions: ['read'], origin: 'session' },
          actor_erased: false,
          content_erased: false,
        },
      ],
      total_count: 1,
      limit: 5,
      offset: 0,
    });
    const page = (await inject({ url: '/api/audit?limit=1&offset=1', headers })).json();
    expect(page).toMatchObject({ limit: 1, offset: 1, events: [expect.anything()] });
  });

  it('is closed to others', async () => {
    const response = await inject({ url: '/api/audit', headers: await gateway.loginAsNewUser() });
    expect(problemIn(response)).toMatchObject({ status: 403, reason: 'NOT_AN_ADMINISTRATOR' });
  });
});

describe('the request id', () => {
  it("reaches the services' logs and comes back", async () => {
    const headers = { ...(await gateway.login()), 'x-request-id': 'traced-1' };
    const response = await inject({ url: '/api/sessions', headers });
    expect(response.headers['x-request-id']).toBe('traced-1');
    expect(gateway.services.log).toContainEqual(
      expect.objectContaining({ request_id: 'traced-1', msg: 'call', code: 'OK' }),
    );
  });
});
