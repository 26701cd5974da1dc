import { randomUUID } from 'node:crypto';
import { type AuditEventType, auditEventTypes } from '@contract-reviewer/platform/audit/audit-event-types';
import { parseHeadFile, parseRecord } from '@contract-reviewer/platform/audit/audit-records';
import { verifyAgainstHead } from '@contract-reviewer/platform/audit/audit-verifier';
import { createLogger } from '@contract-reviewer/platform/log';
import { RedisConnection } from '@contract-reviewer/platform/redis/connection';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formWith, type GatewayStack, problemIn, startGateway } from './gateway-stack.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let gateway: GatewayStack;
let admin: { authorization: string };
let user: { authorization: string };
beforeAll(async () => {
  gateway = stack.use(await startGateway());
  admin = await gateway.login();
  user = await gateway.loginAsNewUser();
});

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

function call(method: Method, url: string, payload?: object | FormData, headers = admin) {
  return gateway.server.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
}

async function upload(text: string, filename = 'contract.txt'): Promise<string> {
  return (await call('POST', '/api/upload', formWith(text, { filename }))).json().document_id;
}

/** @returns where the grant is */
async function shareWithUser(documentId: string): Promise<string> {
  const { sessions } = (await call('GET', '/api/sessions', undefined, user)).json();
  const path = `/api/documents/${documentId}/grants/${sessions[0].user_id}`;
  await call('PUT', path, { permissions: ['read'] });
  return path;
}

async function newServiceAccount(): Promise<string> {
  const payload = { name: randomUUID(), scopes: ['read', 'write'] };
  return (await call('POST', '/api/service-accounts', payload)).json().service_account_id;
}

async function countOf(type: string): Promise<number> {
  return (await call('GET', `/api/audit?type=${type}`)).json().total_count;
}

const wordy = 'This Agreement shall be governed by the laws of the State of New York. '.repeat(20_000);
/** A file that says it is a PDF, and has no text. */
const broken = '%PDF-1.7\nnothing follows';

/** What leads to each type of event. Those of the migration need a first version, and are shown with it. */
const scenarios: Record<Exclude<AuditEventType, `migration_${string}`>, () => Promise<unknown>> = {
  session_created: () => gateway.login(),
  login_failed: () => call('POST', '/api/login', { email: 'nobody@example.test', password: 'a wrong password' }),
  password_attempt_throttled: async () => {
    const guess = { email: 'guessed@example.test', password: 'a wrong password' };
    for (let attempt = 0; attempt < 4; attempt += 1) await call('POST', '/api/login', guess);
  },
  session_revoked: async () => {
    const { session_id } = (await call('POST', '/api/sessions', {})).json();
    await call('DELETE', `/api/sessions/${session_id}`);
  },
  password_changed: async () => {
    const account = { email: 'changes@example.test', password: 'the first password' };
    await call('POST', '/api/users', account);
    const body = { current_password: account.password, new_password: 'the second password' };
    await call('POST', '/api/password', body, await gateway.login(account));
  },
  password_change_refused: () =>
    call('POST', '/api/password', { current_password: 'a wrong one', new_password: 'the second password' }, user),
  user_created: () => call('POST', '/api/users', { email: 'new@example.test', password: 'a long password' }),
  user_updated: async () => {
    const { user_id } = (
      await call('POST', '/api/users', { email: 'u@example.test', password: 'a long one too' })
    ).json();
    await call('PATCH', `/api/users/${user_id}`, { disabled: true });
  },
  service_account_created: () => newServiceAccount(),
  service_account_updated: async () =>
    call('PATCH', `/api/service-accounts/${await newServiceAccount()}`, { scopes: ['read'] }),
  service_account_deleted: async () => call('DELETE', `/api/service-accounts/${await newServiceAccount()}`),
  credential_created: async () =>
    call('POST', `/api/service-accounts/${await newServiceAccount()}/credentials`, {
      expires_at: '2100-01-01T00:00:00Z',
    }),
  credential_revoked: async () => {
    const url = `/api/service-accounts/${await newServiceAccount()}/credentials`;
    await call('DELETE', `${url}/${(await call('POST', url, {})).json().credential_id}`);
  },
  document_uploaded: () => upload('A contract.'),
  upload_refused: () => upload(''),
  document_updated: async () =>
    call('PATCH', `/api/documents/${await upload('To be changed.')}`, { filename: 'new.txt' }),
  document_deleted: async () => call('DELETE', `/api/documents/${await upload('To be deleted.')}`),
  grant_changed: async () => shareWithUser(await upload('To be shared.')),
  grant_removed: async () => call('DELETE', await shareWithUser(await upload('To be shared no more.'))),
  document_downloaded: async () => call('GET', `/api/documents/${await upload('To be downloaded.')}/content`),
  document_text_read: async () => call('GET', `/api/documents/${await upload('To be read.')}/text?wait=20`),
  analysis_requested: async () => call('POST', `/api/analyze/${await upload('To be reviewed.')}?wait=0`),
  analysis_completed: async () => call('POST', `/api/analyze/${await upload('To be reviewed at once.')}?wait=20`),
  analysis_failed: async () => call('POST', `/api/analyze/${await upload(broken, 'broken.pdf')}?wait=20`),
  analysis_cancelled: async () => {
    const { analysis_id } = (await call('POST', `/api/analyze/${await upload(wordy)}?wait=0`)).json();
    await call('DELETE', `/api/analyses/${analysis_id}`);
  },
  report_downloaded: async () => {
    const { analysis_id } = (await call('POST', `/api/analyze/${await upload('To be handed on.')}?wait=20`)).json();
    await call('GET', `/api/analyses/${analysis_id}/report?format=docx`);
  },
  access_denied: async () => call('GET', `/api/documents/${await upload('Not yours.')}`, undefined, user),
  cache_repaired: async () => {
    const logger = createLogger({ service: 'audit test', level: 'silent' });
    const url = gateway.services.redis.url('admin');
    const redis = stack.use(new RedisConnection({ url, logger, commandTimeoutMs: 5000 }));
    redis.connect();
    await expect.poll(() => redis.runId).toBeDefined();
    await redis.run((client) => client.set('session:garbage', '{'));
    await call('POST', '/api/admin/consistency', { family: 'session', repair: true });
  },
  audit_log_exported: () => call('GET', '/api/audit/export'),
  audit_log_sealed: async () => {
    const head = (await call('GET', '/api/audit/head')).json().head;
    const archive = { sealed_size: head.size, root_hash: head.root_hash, archive_sha256: '00'.repeat(32) };
    await call('POST', '/api/audit/seal', archive);
  },
  // The log has got its key before it took the first event.
  audit_key_added: async () => undefined,
  personal_data_erased: async () => {
    const { user_id } = (
      await call('POST', '/api/users', { email: 'gone@example.test', password: 'a long password' })
    ).json();
    await expect.poll(() => countOf('user_created')).toBeGreaterThan(0);
    await expect
      .poll(async () => (await call('POST', '/api/audit/erase', { user_id })).json().erased_count)
      .toBeGreaterThan(0);
  },
};

describe('every type of event', () => {
  const types = Object.keys(scenarios).sort(
    (a, b) => Number(a === 'audit_log_sealed') - Number(b === 'audit_log_sealed'),
  );

  it('has something that leads to it, here or with the migration', () => {
    const known = Object.keys(auditEventTypes).filter((type) => !type.startsWith('migration_'));
    expect(types.toSorted()).toEqual(known.sort());
  });

  it.each(types)('%s is recorded when it happens', async (type) => {
    const before = type === 'audit_key_added' ? 0 : await countOf(type);
    await scenarios[type as keyof typeof scenarios]();
    await expect.poll(() => countOf(type), { timeout: 15_000 }).toBeGreaterThan(before);
    const { events } = (await call('GET', `/api/audit?type=${type}&limit=1`)).json();
    const { outcome, details, services } = auditEventTypes[type as AuditEventType];
    expect(events[0]).toMatchObject({ outcome, service: expect.toBeOneOf([...services]) });
    for (const name of Object.keys(events[0].details)) expect(details as readonly string[]).toContain(name);
  });
});

describe('the audit log over HTTP', () => {
  it('is verified on the spot, and from an export against a head that was kept', async () => {
    const kept = parseHeadFile((await call('GET', '/api/audit/head')).body);
    await upload('One more.');
    const verdict = (await call('GET', '/api/audit/verify')).json();
    expect(verdict).toMatchObject({ valid: true, log_id: kept.head.logId });
    expect(verdict.first_sequence + verdict.checked).toBe(verdict.size);

    const exported = await call('GET', '/api/audit/export');
    expect(exported.headers).toMatchObject({ 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    const records = exported.body.trimEnd().split('\n').map(parseRecord);
    const offline = await verifyAgainstHead(
      (async function* () {
        yield* records;
      })(),
      kept,
    );
    expect(offline.fault).toBeUndefined();
    expect(offline.size).toBeGreaterThanOrEqual(kept.head.size);
  });

  it('is searched by outcome and time', async () => {
    const ask = async () => (await call('GET', '/api/audit?outcome=denied&limit=1000')).json();
    for (let count = 0; count < 2; count += 1) await call('GET', '/api/documents/none', undefined, user);
    await expect.poll(async () => (await ask()).total_count).toBeGreaterThan(1);
    const denied = await ask();
    const { occurred_at } = denied.events[0];
    const until = (await call('GET', `/api/audit?outcome=denied&until=${occurred_at}`)).json();
    expect(until.total_count).toBeLessThan(denied.total_count);
    const from = (await call('GET', `/api/audit?from=${occurred_at}&outcome=denied`)).json();
    expect(from.total_count + until.total_count).toBe(denied.total_count);
  });

  it('has who was refused a report', async () => {
    const { analysis_id } = (await call('POST', `/api/analyze/${await upload('Not yours either.')}?wait=20`)).json();
    expect((await call('GET', `/api/analyses/${analysis_id}/report?format=docx`, undefined, user)).statusCode).toBe(
      404,
    );
    const asked = `/api/audit?type=access_denied&analysis_id=${analysis_id}`;
    await expect.poll(async () => (await call('GET', asked)).json().total_count).toBe(1);
    expect((await call('GET', asked)).json().events[0]).toMatchObject({ details: { method: 'DownloadReport' } });
  });

  it.each([
    ['GET', '/api/audit?from=yesterday', undefined, 400, 'INVALID_REQUEST'],
    ['GET', '/api/audit?outcome=maybe', undefined, 400, 'INVALID_REQUEST'],
    ['POST', '/api/audit/erase', { user_id: '' }, 400, 'INVALID_REQUEST'],
    ['POST', '/api/audit/seal', { sealed_size: 1, root_hash: 'x', archive_sha256: 'x' }, 400, 'INVALID_REQUEST'],
    [
      'POST',
      '/api/audit/seal',
      { sealed_size: 1_000_000, root_hash: '00'.repeat(32), archive_sha256: '00'.repeat(32) },
      409,
      'ARCHIVE_MISMATCH',
    ],
  ] as const)('refuses %s %s %j', async (method, url, payload, status, reason) => {
    expect(problemIn(await call(method, url, payload))).toMatchObject({ status, reason });
  });

  it.each([
    ['GET', '/api/audit/head', undefined],
    ['GET', '/api/audit/verify', undefined],
    ['GET', '/api/audit/export', undefined],
    ['POST', '/api/audit/erase', { user_id: 'somebody' }],
    ['POST', '/api/audit/seal', { sealed_size: 1, root_hash: '00'.repeat(32), archive_sha256: '00'.repeat(32) }],
  ] as const)('%s %s is closed to others than administrators', async (method, url, payload) => {
    expect(problemIn(await call(method, url, payload, user))).toMatchObject({
      status: 403,
      reason: 'NOT_AN_ADMINISTRATOR',
    });
  });
});
