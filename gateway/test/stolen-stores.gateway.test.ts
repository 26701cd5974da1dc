import { createHash } from 'node:crypto';
import { withClient } from '@contract-reviewer/platform/embedded/with-client';
import { createLogger } from '@contract-reviewer/platform/log';
import { RedisConnection } from '@contract-reviewer/platform/redis/connection';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { formWith, type GatewayStack, startGateway } from './gateway-stack.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let gateway: GatewayStack;
let redis: RedisConnection;
/** What is kept where: a row or an entry each, as text. */
let dump: string[];
const tokens: string[] = [];
const passwords: string[] = [];

beforeAll(async () => {
  gateway = stack.use(await startGateway());
  const logger = createLogger({ service: 'dump', level: 'silent' });
  const options = { url: gateway.services.redis.url('admin'), logger, commandTimeoutMs: 5000 };
  redis = stack.use(new RedisConnection(options));
  redis.connect();
  await vi.waitUntil(() => redis.runId !== undefined, { timeout: 10_000 });
  await liveIn();
  dump = [...(await dumpPostgres()), ...(await dumpRedis())];
}, 120_000);

type Headers = { authorization: string };

async function call(
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  url: string,
  headers?: Headers,
  payload?: object,
) {
  const request = { method, url, ...(headers && { headers }), ...(payload && { payload }) };
  const response = await gateway.server.inject(request);
  expect(response.statusCode, `${method} ${url}: ${response.body}`).toBeLessThan(500);
  return response.body === '' ? {} : response.json();
}

async function logIn(email: string, password: string): Promise<Headers> {
  passwords.push(password);
  return asBearer((await call('POST', '/api/login', undefined, { email, password })).token);
}

function asBearer(token: string): Headers {
  tokens.push(token);
  return { authorization: `Bearer ${token}` };
}

/** Everything that has to do with secrets, and with what else is kept. */
async function liveIn(): Promise<void> {
  const { email, password } = gateway.services.admin;
  const admin = await logIn(email, password);
  const people = [];
  for (const name of ['ann', 'bob', 'cid']) {
    const account = { email: `${name}@example.test`, password: `${name} has a horse and a boat` };
    const { user_id } = await call('POST', '/api/users', admin, account);
    people.push({ ...account, userId: user_id, headers: await logIn(account.email, account.password) });
  }
  const [ann, bob, cid] = people as [(typeof people)[0], (typeof people)[0], (typeof people)[0]];

  const form = formWith('SERVICES AGREEMENT\n\nThis Agreement shall be governed by the laws of New York.\n');
  const { document_id } = await call('POST', '/api/upload', ann.headers, form);
  await call('POST', `/api/analyze/${document_id}?wait=20`, ann.headers);
  await call('PUT', `/api/documents/${document_id}/grants/${bob.userId}`, ann.headers, { permissions: ['read'] });
  await call('GET', `/api/documents/${document_id}`, bob.headers);
  await call('GET', '/api/documents', bob.headers);

  const narrowed = await call('POST', '/api/sessions', ann.headers, { document_id, permissions: ['read'] });
  await call('GET', `/api/documents/${document_id}`, asBearer(narrowed.token));
  const change = { current_password: ann.password, new_password: 'three boats without any horse' };
  passwords.push(change.new_password);
  await call('POST', '/api/password', ann.headers, { ...change, current_password: 'mistaken for another site' });
  await call('POST', '/api/password', ann.headers, change);
  await call('PATCH', `/api/users/${bob.userId}`, admin, { password: 'bob was given this one' });
  await logIn(bob.email, 'bob was given this one');
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const mistyped = `what cid mistyped ${attempt} times`;
    passwords.push(mistyped);
    await call('POST', '/api/login', undefined, { email: cid.email, password: mistyped });
  }
  await call('PATCH', `/api/users/${cid.userId}`, admin, { disabled: true });

  const scopes = ['read', 'write', 'audit', 'operate'];
  const { service_account_id } = await call('POST', '/api/service-accounts', admin, { name: 'importer', scopes });
  const credentials = `/api/service-accounts/${service_account_id}/credentials`;
  for (let count = 0; count < 2; count += 1) {
    const { token } = await call('POST', credentials, admin, {});
    await call('GET', '/api/audit', asBearer(token));
  }
  await call('GET', '/api/audit/head', admin);
  passwords.push('mistaken for another site');
}

/** Every row of every table of every schema of all services, as PostgreSQL writes it. */
async function dumpPostgres(): Promise<string[]> {
  const urls = Object.values(gateway.services.databases).map(({ adminUrl }) => adminUrl);
  const dumps = urls.map((url) =>
    withClient(url, async (client) => {
      const tables = await client.query<{ name: string }>(
        `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
          WHERE table_schema NOT IN ('pg_catalog', 'information_schema')`,
      );
      const rows: string[] = [];
      for (const { name } of tables.rows) {
        const found = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} AS t`);
        rows.push(...found.rows.map(({ row }) => row));
      }
      return rows;
    }),
  );
  return (await Promise.all(dumps)).flat();
}

/** Every key with its value; what is no text comes as Redis serializes it. */
async function dumpRedis(): Promise<string[]> {
  const keys = await redis.run((client) => client.keys('*'));
  return Promise.all(
    keys.map(async (key) => {
      const isText = (await redis.run((client) => client.type(key))) === 'string';
      const value = isText
        ? await redis.run((client) => client.get(key))
        : (await redis.run((client) => client.dumpBuffer(key)))?.toString('latin1');
      return `${key} ${value}`;
    }),
  );
}

/** How a secret might be written down. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    ...(['hex', 'base64', 'base64url'] as const).map((encoding) => bytes.toString(encoding).replace(/=+$/, '')),
  ];
}

/** A hash that is made as fast as this is as good as the password. */
function fastHashesOf(password: string): string[] {
  return ['md5', 'sha1', 'sha256', 'sha512'].flatMap((algorithm) => {
    const hash = createHash(algorithm).update(password).digest();
    return [hash.toString('hex'), hash.toString('base64').replace(/=+$/, ''), hash.toString('base64url')];
  });
}

function secretsIn(text: string): string[] {
  const secretParts = tokens.map((token) => token.split('.')[1] as string);
  const wanted = [
    ...secretParts.flatMap((part) => [...formsOf(part), Buffer.from(part, 'base64url').toString('hex')]),
    ...passwords.flatMap((password) => [...formsOf(password), ...fastHashesOf(password)]),
    ...formsOf(gateway.services.serviceToken),
  ];
  return [...new Set(wanted)].filter((form) => text.includes(form));
}

describe('who has stolen both stores', () => {
  it('has the traces of a system that was used', () => {
    const all = dump.join('\n');
    for (const trace of [
      'ann@example.test',
      'importer',
      'SERVICES AGREEMENT',
      'password_changed',
      'credential_created',
    ]) {
      expect(all).toContain(trace);
    }
    for (const id of tokens.map((token) => token.split('.')[0] as string)) expect(all).toContain(id);
    expect(dump.filter((entry) => entry.startsWith('session:')).length).toBeGreaterThan(0);
    expect(new Set(tokens).size).toBeGreaterThan(6);
  });

  it('has no token, no password and no secret of a service, in no form', () => {
    expect(secretsIn(dump.join('\n'))).toEqual([]);
  });

  it('would have one that is written down anywhere', () => {
    const [token, password] = [tokens.at(-1) as string, passwords.at(-1) as string];
    for (const mistake of [
      token,
      `x${password}x`,
      Buffer.from(token.split('.')[1] as string, 'base64url').toString('hex'),
    ]) {
      expect(secretsIn([...dump, mistake].join('\n'))).toHaveLength(1);
    }
    expect(secretsIn(createHash('sha1').update(password).digest('hex'))).toHaveLength(1);
  });

  it('gets in with nothing of what is written there, nor with what is in one place put together', async () => {
    const found = new Set<string>();
    for (const entry of dump) {
      const words = new Set(entry.match(/[\w.~+/=-]{16,}/g));
      const secrets = [...words].flatMap((word) => {
        const hex = /[0-9a-f]{64}/.exec(word)?.[0];
        return [
          ...(/^[\w-]{43}$/.test(word) ? [word] : []),
          ...(hex ? [hex, Buffer.from(hex, 'hex').toString('base64url')] : []),
        ];
      });
      for (const word of words) {
        found.add(word);
        for (const secret of secrets) if (/^[\w-]{1,128}$/.test(word)) found.add(`${word}.${secret}`);
      }
    }
    const candidates = [...found];
    // Those that have the shape of a token, and a sample of the others, which are refused for that alone.
    const shaped = candidates.filter((candidate) => /^[\w-]{1,128}\.[\w-]{43}$/.test(candidate));
    const others = candidates.filter((candidate) => !shaped.includes(candidate)).slice(0, 300);
    expect(shaped.length).toBeGreaterThan(tokens.length);
    const statuses = new Map<number, number>();
    const all = [...shaped, ...others];
    for (let at = 0; at < all.length; at += 50) {
      const answers = all
        .slice(at, at + 50)
        .map((candidate) =>
          gateway.server.inject({ url: '/api/sessions', headers: { authorization: `Bearer ${candidate}` } }),
        );
      for (const { statusCode } of await Promise.all(answers))
        statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    }
    expect([...statuses.keys()]).toEqual([401]);
  }, 120_000);

  it('has passwords only as argon2id, at least as costly as OWASP wants it', async () => {
    const hashes = await withClient(gateway.services.databases.session.adminUrl, (client) =>
      client.query<{ password_hash: string }>(
        'SELECT password_hash FROM session.users WHERE password_hash IS NOT NULL',
      ),
    );
    expect(hashes.rows.length).toBeGreaterThan(3);
    for (const { password_hash } of hashes.rows) {
      const [, variant, version, parameters = '', salt = '', hash = ''] = password_hash.split('$');
      expect([variant, version]).toEqual(['argon2id', 'v=19']);
      const cost = Object.fromEntries(parameters.split(',').map((parameter) => parameter.split('=')));
      // Password Storage Cheat Sheet: 19 MiB, 2 iterations, 1 degree of parallelism.
      expect(Number(cost.m)).toBeGreaterThanOrEqual(19_456);
      expect(Number(cost.t)).toBeGreaterThanOrEqual(2);
      expect(Number(cost.p)).toBeGreaterThanOrEqual(1);
      expect(Buffer.from(salt, 'base64').length).toBeGreaterThanOrEqual(16);
      expect(Buffer.from(hash, 'base64').length).toBeGreaterThanOrEqual(32);
    }
    expect(new Set(hashes.rows.map(({ password_hash }) => password_hash.split('$')[4])).size).toBe(hashes.rows.length);
  });
});
