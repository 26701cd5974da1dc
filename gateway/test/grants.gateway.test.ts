import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { formWith, type GatewayStack, problemIn, startGateway } from './gateway-stack.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

interface User {
  userId: string;
  headers: { authorization: string };
}

const permissions = ['read', 'analyze', 'write', 'share', 'admin'];
const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

let gateway: GatewayStack;
/** Each test has documents of its own; the users are the same, because their passwords take time. */
let owner: User;
let colleague: User;
let another: User;
let third: User;
let stranger: User;

beforeAll(async () => {
  gateway = stack.use(await startGateway());
  [owner, colleague, another, third, stranger] = (await Promise.all(Array.from({ length: 5 }, newUser))) as [
    User,
    User,
    User,
    User,
    User,
  ];
});

async function newUser(): Promise<User> {
  const headers = await gateway.loginAsNewUser();
  const { sessions } = (await call({ headers, userId: '' }, 'GET', '/api/sessions')).json();
  return { userId: sessions[0].user_id, headers };
}

function call(
  { headers }: User,
  method: NonNullable<InjectOptions['method']>,
  url: string,
  payload?: object,
): Promise<LightMyRequestResponse> {
  return gateway.server.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
}

let uploads = 0;
async function upload(): Promise<string> {
  uploads += 1;
  const text = `SERVICES AGREEMENT ${uploads}\n\nThis Agreement shall be governed by the laws of the State of New York.\n`;
  return (await call(owner, 'POST', '/api/upload', formWith(text))).json().document_id;
}

const grantPath = (documentId: string, { userId }: Pick<User, 'userId'>) =>
  `/api/documents/${documentId}/grants/${userId}`;
const share = (documentId: string, grantee: Pick<User, 'userId'>, granted: string[], by = owner) =>
  call(by, 'PUT', grantPath(documentId, grantee), { permissions: granted });
const unshare = (documentId: string, grantee: Pick<User, 'userId'>, by = owner) =>
  call(by, 'DELETE', grantPath(documentId, grantee));

/** A further session of the user's, narrowed as told. */
async function narrowed(user: User, narrowing: object): Promise<User> {
  const { token } = (await call(user, 'POST', '/api/sessions', narrowing)).json();
  return { userId: user.userId, headers: { authorization: `Bearer ${token}` } };
}

describe.concurrent('sharing a document', () => {
  it('answers with the grant, which is listed, replaced, and taken back', async () => {
    const documentId = await upload();
    const response = await share(documentId, colleague, ['analyze', 'read']);
    const grant = {
      document_id: documentId,
      user_id: colleague.userId,
      permissions: ['read', 'analyze'],
      granted_by: owner.userId,
      created_at: isoTime,
      updated_at: isoTime,
    };
    expect([response.statusCode, response.json()]).toEqual([200, grant]);
    expect((await share(documentId, colleague, ['read', 'analyze'])).json()).toEqual(response.json());
    expect((await call(owner, 'GET', grantPath(documentId, colleague))).json()).toEqual(response.json());
    expect((await call(owner, 'GET', `/api/documents/${documentId}/grants`)).json()).toEqual({
      grants: [response.json()],
    });
    expect((await share(documentId, colleague, ['read'])).json()).toMatchObject({ permissions: ['read'] });

    expect((await unshare(documentId, colleague)).statusCode).toBe(204);
    expect(problemIn(await unshare(documentId, colleague))).toMatchObject({ status: 404, reason: 'GRANT_NOT_FOUND' });
    expect((await call(owner, 'GET', `/api/documents/${documentId}/grants`)).json()).toEqual({ grants: [] });
  });

  it('puts it on the lists of those whom it is shared with, and on no others', async () => {
    const grantee = await newUser();
    const documentId = await upload();
    const listed = async (user: User) => {
      const { documents, total_count } = (await call(user, 'GET', '/api/documents')).json();
      return [documents.map((document: { document_id: string }) => document.document_id), total_count];
    };
    expect(await listed(grantee)).toEqual([[], 0]);
    await share(documentId, grantee, ['read']);
    expect(await listed(grantee)).toEqual([[documentId], 1]);
    expect(await listed(stranger)).toEqual([[], 0]);
    await unshare(documentId, grantee);
    expect(await listed(grantee)).toEqual([[], 0]);
  });

  it('is ended by whoever does not want it any more, for themself', async () => {
    const documentId = await upload();
    await share(documentId, colleague, ['read']);
    await share(documentId, another, ['read']);
    expect(problemIn(await unshare(documentId, another, colleague))).toMatchObject({ status: 403 });
    expect((await unshare(documentId, colleague, colleague)).statusCode).toBe(204);
    expect((await call(colleague, 'GET', `/api/documents/${documentId}`)).statusCode).toBe(404);
    expect((await call(another, 'GET', `/api/documents/${documentId}`)).statusCode).toBe(200);
  });

  it.each([
    ['no permission', []],
    ['an unknown one', ['read', 'own']],
    ['one twice', ['read', 'read']],
    ['all and one more', [...permissions, 'read']],
    ['none that lets them see it', ['analyze', 'write']],
    ['text', 'read'],
    ['nothing', undefined],
  ])('with %s is refused, and names the field', async (_what, wanted) => {
    const response = await call(owner, 'PUT', '/api/documents/some-document/grants/somebody', { permissions: wanted });
    expect([response.statusCode, response.json().errors?.[0].field]).toEqual([
      400,
      expect.stringMatching(/^permissions/),
    ]);
  });

  it('with nobody, with a disabled account, or with its owner says what to do instead', async () => {
    const documentId = await upload();
    const gone = await newUser();
    const admin = await gateway.login();
    await gateway.server.inject({
      method: 'PATCH',
      url: `/api/users/${gone.userId}`,
      headers: admin,
      payload: { disabled: true },
    });
    const nobody = { userId: crypto.randomUUID() };
    const problems = await Promise.all(
      [nobody, gone, owner].map(async (grantee) => problemIn(await share(documentId, grantee, ['read']))),
    );
    expect(problems).toMatchObject([
      { status: 404, reason: 'USER_NOT_FOUND' },
      { status: 409, reason: 'USER_DISABLED' },
      { status: 409, reason: 'USER_IS_OWNER' },
    ]);
    // Who may not share learns nothing of accounts.
    const probed = await Promise.all(
      [nobody, gone].map(async (grantee) => problemIn(await share(documentId, grantee, ['read'], stranger))),
    );
    expect(probed).toMatchObject(Array(2).fill({ status: 404, reason: 'DOCUMENT_NOT_FOUND' }));
  });
});

/** What each route takes, of somebody to whom the document exists. `{document}` and `{analysis}` stand for their ids. */
const routes: [permission: string, method: NonNullable<InjectOptions['method']>, path: string, payload?: object][] = [
  ['read', 'GET', '/api/documents/{document}'],
  ['read', 'GET', '/api/documents/{document}/text'],
  ['read', 'GET', '/api/documents/{document}/content'],
  ['read', 'GET', '/api/documents/{document}/analysis'],
  ['read', 'GET', '/api/documents/{document}/analyses'],
  ['read', 'GET', '/api/documents/{document}/grants'],
  ['read', 'GET', '/api/analyses/{analysis}'],
  ['read', 'GET', '/api/analyses/{analysis}/events'],
  ['read', 'GET', '/api/analyses/{analysis}/report?format=md'],
  ['read', 'GET', '/api/analyses/{analysis}/diff/{analysis}'],
  ['analyze', 'POST', '/api/analyze/{document}?wait=0', {}],
  // It has ended, which is said only to those who might have cancelled it.
  ['analyze', 'DELETE', '/api/analyses/{analysis}'],
  ['write', 'PATCH', '/api/documents/{document}', { metadata: { seen: true } }],
  ['share', 'PUT', '/api/documents/{document}/grants/{outsider}', { permissions: ['read'] }],
  ['share', 'DELETE', '/api/documents/{document}/grants/{outsider}'],
];

/** The roles in which somebody may meet a document, with what they hold on it. */
const roles: [role: string, held: string[]][] = [
  ['owner', permissions],
  ...permissions.map((permission): [string, string[]] => [
    permission,
    permission === 'admin' ? permissions : [...new Set(['read', permission])],
  ]),
  ['stranger', []],
];

/** What of it their session may do; `document`: whether it is narrowed to this document, to another, or to none. */
const sessions = [
  { name: 'full', may: permissions, document: 'any' },
  { name: 'narrowed to it', may: permissions, document: 'this' },
  { name: 'narrowed to it, for reading', may: ['read'], document: 'this' },
  { name: 'narrowed to another one', may: permissions, document: 'another' },
] as const;

describe.concurrent('who may do what with a document, and with its reviews', () => {
  let documentId: string;
  let analysisId: string;
  let users: ReadonlyMap<string, User>;
  let outsider: User;

  beforeAll(async () => {
    documentId = await upload();
    const review = await call(owner, 'POST', `/api/analyze/${documentId}?wait=0`);
    analysisId = review.json().analysis_id;
    const status = async () => (await call(owner, 'GET', `/api/analyses/${analysisId}`)).json().status;
    await vi.waitUntil(async () => (await status()) === 'completed', { timeout: 60_000 });
    const [fourth, fifth, sixth] = await Promise.all([newUser(), newUser(), newUser()]);
    outsider = sixth;
    const grantees = [colleague, another, third, fourth, fifth];
    users = new Map(roles.map(([role], index) => [role, role === 'owner' ? owner : (grantees[index - 1] ?? stranger)]));
    await Promise.all(
      permissions.map((permission) =>
        share(documentId, users.get(permission) as User, [...new Set(['read', permission])]),
      ),
    );
  });

  const sessionOf = async (role: string, { may, document }: (typeof sessions)[number]): Promise<User> => {
    const user = users.get(role) as User;
    if (document === 'any') return user;
    const document_id = document === 'this' ? documentId : 'another-document';
    return narrowed(user, { document_id, permissions: may.filter((permission) => permission !== 'admin') });
  };

  describe.each(roles)('%s', (role, held) => {
    it.each(sessions)('in a session that is $name', async (session) => {
      const caller = await sessionOf(role, session);
      const outcomes: string[] = [];
      for (const [, method, path, payload] of routes) {
        const url = path
          .replaceAll('{document}', documentId)
          .replaceAll('{analysis}', analysisId)
          .replace('{outsider}', outsider.userId);
        let verdict = '503';
        // A question that an overloaded machine does not answer in time may be asked again.
        for (let tries = 0; verdict.startsWith('503') && tries < 5; tries += 1) {
          verdict = verdictOf(await call(caller, method, url, payload));
        }
        outcomes.push(`${method} ${path}: ${verdict}`);
      }
      const exists = held.length > 0 && session.document !== 'another';
      const expected = routes.map(([permission, method, path]) => {
        const may = held.includes(permission) && (session.may as readonly string[]).includes(permission);
        return `${method} ${path}: ${exists ? (may ? 'may' : 'may not') : 'does not exist'}`;
      });
      expect(outcomes).toEqual(expected);
    });

    it('deletes it only as its owner does, or not at all', async () => {
      const own = await upload();
      const user = users.get(role) as User;
      if (permissions.includes(role)) await share(own, user, [...new Set(['read', role])]);
      const deletion = await call(user, 'DELETE', `/api/documents/${own}`);
      const expected = held.length === 0 ? 'does not exist' : held.includes('admin') ? 'may' : 'may not';
      expect(verdictOf(deletion)).toBe(expected);
      const left = await call(user, 'GET', `/api/documents/${own}`);
      expect(left.statusCode).toBe(held.length === 0 || held.includes('admin') ? 404 : 200);
    });
  });
});

/** That the review has ended, or that there is no grant to remove, is told to those alone who might have done it. */
function verdictOf(response: LightMyRequestResponse): string {
  // An event stream whose refusal takes long has begun by then, and tells it as an event.
  const refusal = /^event: problem\ndata: (.*)$/m.exec(response.body)?.[1];
  if (response.statusCode < 300 && refusal === undefined) return 'may';
  const { status, reason } = refusal === undefined ? response.json() : JSON.parse(refusal);
  if (['ANALYSIS_FINISHED', 'GRANT_NOT_FOUND'].includes(reason)) return 'may';
  return status === 403 ? 'may not' : status === 404 ? 'does not exist' : `${status} ${reason}`;
}

describe.concurrent('what who may share is able to grant', () => {
  it.each([
    ['what they may do', ['read', 'write', 'share'], [], ['read', 'write'], 200],
    ['what they may not do', ['read', 'share'], [], ['read', 'write'], 403],
    ['sharing', ['read', 'share'], [], ['read', 'share'], 403],
    ['administration', ['read', 'share'], [], ['admin'], 403],
    ['less than what is granted, which they may do', ['read', 'write', 'share'], ['read', 'write'], ['read'], 200],
    ['less than what is granted, which they may not do', ['read', 'share'], ['read', 'write'], ['read'], 403],
    ['less to whoever may share', ['read', 'share'], ['read', 'share'], ['read'], 403],
    ['anything as administrator', ['admin'], ['read', 'share'], ['admin'], 200],
  ])('%s', async (_what, own, before, wanted, status) => {
    const documentId = await upload();
    const [sharer, target] = [colleague, another];
    await Promise.all([
      share(documentId, sharer, own),
      ...(before.length > 0 ? [share(documentId, target, before)] : []),
    ]);
    expect((await share(documentId, target, wanted, sharer)).statusCode).toBe(status);
    const now = await call(owner, 'GET', grantPath(documentId, target));
    expect(now.json().permissions ?? []).toEqual(status === 200 ? wanted : before);
  });

  it('is no more in a narrowed session than that session may', async () => {
    const documentId = await upload();
    const session = await narrowed(owner, { permissions: ['read', 'share'] });
    const attempts = [['admin'], ['read', 'write'], ['read', 'share'], ['read']];
    const statuses = await Promise.all(
      attempts.map(async (wanted) => (await share(documentId, colleague, wanted, session)).statusCode),
    );
    expect(statuses).toEqual([403, 403, 403, 200]);
  });
});

describe.concurrent('the grants of a document', () => {
  it('are seen by those who share it; others see their own', async () => {
    const documentId = await upload();
    const [sharer, administrator, reader] = [colleague, another, third];
    await Promise.all([
      share(documentId, sharer, ['read', 'share']),
      share(documentId, administrator, ['admin']),
      share(documentId, reader, ['read', 'write']),
    ]);
    const seenBy = async (user: User) => {
      const { grants } = (await call(user, 'GET', `/api/documents/${documentId}/grants`)).json();
      return grants?.map((grant: { user_id: string }) => grant.user_id);
    };
    const all = [sharer.userId, administrator.userId, reader.userId].sort();
    expect(await Promise.all([owner, sharer, administrator].map(seenBy))).toEqual([all, all, all]);
    expect([await seenBy(reader), await seenBy(stranger)]).toEqual([[reader.userId], undefined]);
    const readerAsks = async (user: User) => (await call(reader, 'GET', grantPath(documentId, user))).statusCode;
    expect([await readerAsks(reader), await readerAsks(sharer), await readerAsks(owner)]).toEqual([200, 404, 404]);
  });
});

describe.concurrent('a grant that is in use', () => {
  it.each([
    ['is removed', (documentId: string, user: User) => unshare(documentId, user), [404, 404, 404]],
    ['is narrowed', (documentId: string, user: User) => share(documentId, user, ['read']), [200, 200, 403]],
    [
      'goes with the document',
      (documentId: string) => call(owner, 'DELETE', `/api/documents/${documentId}`),
      [404, 404, 404],
    ],
  ])('%s, and nobody goes by it any more once that is acknowledged', async (_what, take, refused) => {
    const documentId = await upload();
    const user = colleague;
    await share(documentId, user, ['read', 'write']);
    const statuses = async () =>
      (
        await Promise.all([
          call(user, 'GET', `/api/documents/${documentId}`),
          call(user, 'GET', `/api/documents/${documentId}/analyses`),
          call(user, 'PATCH', `/api/documents/${documentId}`, { metadata: { at: performance.now() } }),
        ])
      ).map(({ statusCode }) => statusCode);
    expect(await statuses()).toEqual([200, 200, 200]);
    let isTaken = false;
    const use = async () => {
      while (!isTaken) await statuses();
    };
    const using = [use(), use()];
    expect((await take(documentId, user)).statusCode).toBeLessThan(300);
    isTaken = true;
    expect(await statuses()).toEqual(refused);
    await Promise.all(using);
    expect(await statuses()).toEqual(refused);
  });
});
