import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@contract-reviewer/platform/grpc/client';
import { transportFrom } from '@contract-reviewer/platform/grpc/credentials';
import { createLogger } from '@contract-reviewer/platform/log';
import { type TemporaryDirectory, temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import { SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { familyOf } from '../../hostile-files/run/process-tree.ts';
import { tlsFilesIn } from '../../stack/tls-directory.ts';
import type { HttpClient } from './http-client.ts';
import { repository, type System, startSystem } from './system.ts';

const run = promisify(execFile);
const logger = createLogger({ service: 'test', level: 'silent' });
const contract =
  'This Agreement is made as of January 1, 2026 by Alpha Inc. and Beta LLC. It is governed by the laws of Ohio.';
const lines = (await readFile(join(repository, 'docs/mtls.md'), 'utf8'))
  .split('\n')
  .filter((line) => line.startsWith('npx buf curl'));

let certificates: TemporaryDirectory;
let system: System;
let client: HttpClient;
const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

beforeAll(async () => {
  certificates = stack.use(await temporaryDirectory());
  await run(process.execPath, ['tools/certificates/main.ts', '--out', certificates.path, '--force'], {
    cwd: repository,
  });
  system = stack.use(await startSystem({ TLS_DIR: certificates.path, LOG_LEVEL: 'debug' }, { ownPostgres: true }));
  client = await system.login();
});

describe('with certificates', () => {
  it('the system does its work', async () => {
    const documentId = await client.upload('agreement.txt', contract);
    expect(await client.analyze(documentId)).toMatchObject({ status: 'completed' });
  });

  it.each(lines)('works by hand: %s', async (line) => {
    const { document, session } = system.grpcPorts;
    const command = line
      .replaceAll(':7001', `:${document}`)
      .replaceAll(':7003', `:${session}`)
      .replaceAll('.data-tls', certificates.path);
    const { stdout } = await run('sh', ['-c', command], { cwd: repository });
    expect(stdout.trim()).not.toBe('');
  });

  it('no service answers without one, not even to a good token', async () => {
    for (const port of Object.values(system.grpcPorts)) {
      using plain = createClient(DocumentServiceService, { address: `127.0.0.1:${port}` });
      const call = plain.listDocuments({ limit: 1, offset: 0 }, { authorization: `Bearer ${client.token}` });
      await expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    }
  });

  it('no service passes for another', async () => {
    const transport = transportFrom({ ...tlsFilesIn(certificates.path, 'gateway') }, logger);
    const address = `127.0.0.1:${system.grpcPorts.document}`;
    using right = createClient(DocumentServiceService, { address, ...transport.to('document') });
    await expect(right.listDocuments({ limit: 1, offset: 0 }, {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    using wrong = createClient(SessionServiceService, { address, ...transport.to('session') });
    await expect(wrong.listSessions({}, {})).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('secrets', () => {
  /** What must not be seen, by a name that a failure may show. */
  let secrets: Map<string, string>;
  const answers: string[] = [];

  beforeAll(async () => {
    secrets = await secretsOf(system, certificates.path);
    secrets.set('session token', client.token.split('.')[1] as string);
    secrets.set('wrong password', 'a wrong password that is long');
    for (const attempt of provocations(client.token)) {
      const response = await fetch(new URL(attempt.path, system.baseUrl), attempt.init);
      if (response.ok) throw new Error(`${attempt.path} was not refused`);
      answers.push(await response.text(), JSON.stringify([...response.headers]));
    }
    // Errors of a store carry what was sent to it.
    await system.redis.crash();
    await client.json('/api/documents');
    await vi.waitUntil(async () => (await everyLog()).includes('ECONNREFUSED'), { timeout: 10_000 });
    await system.redis.restart();
  });

  const everyLog = async (): Promise<string> => {
    const directory = join(system.dataDirectory, 'log');
    const logs = await Promise.all((await readdir(directory)).map((name) => readFile(join(directory, name), 'utf8')));
    return [system.output(), ...logs].join('\n');
  };

  const foundIn = (text: string): string[] =>
    [...secrets].filter(([, secret]) => text.includes(secret)).map(([name]) => name);

  it('are those that are there', () => {
    expect(secrets.size).toBeGreaterThanOrEqual(20);
    for (const [name, secret] of secrets) expect(secret.length, name).toBeGreaterThanOrEqual(16);
  });

  it.skipIf(process.platform !== 'linux')('are in no command line and no title of a process', async () => {
    const supervisor = system.supervisor.pid as number;
    const pids = await familyOf(supervisor);
    const titles = await Promise.all(pids.map((pid) => titleOf(pid)));
    expect(titles.join('\n')).toMatch(/postgres[\s\S]*gateway/);
    expect(foundIn(titles.join('\n'))).toEqual([]);
  });

  it('are in no log, not even one that has everything', async () => {
    const text = await everyLog();
    expect(text).toContain('"level":20');
    expect(foundIn(text)).toEqual([]);
    expect(text).not.toContain('Alpha Inc');
  });

  it('are in no answer that refuses something', () => {
    expect(answers.length).toBeGreaterThan(10);
    expect(foundIn(answers.join('\n'))).toEqual([]);
  });
});

async function secretsOf({ dataDirectory, admin, redis }: System, tlsDirectory: string): Promise<Map<string, string>> {
  const read = (name: string) => readFile(join(dataDirectory, name), 'utf8');
  const secrets = new Map([
    ['admin password', admin.password],
    ...named('secrets.json', JSON.parse(await read('secrets.json'))),
    ...(await read('audit-key'))
      .trim()
      .split(',')
      .map((key, index) => [`audit key ${index}`, key] as const),
  ]);
  for (const name of ['document', 'analysis', 'session', 'gateway']) {
    secrets.set(`Redis password of ${name}`, new URL(redis.url(name)).password);
    const key = await readFile(join(tlsDirectory, `${name}.key`), 'utf8');
    secrets.set(`private key of ${name}`, key.split('\n')[1] as string);
  }
  return secrets;
}

/** The strings in an object, by where they are. */
function named(path: string, value: unknown): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as object).flatMap(([key, item]) => named(`${path}.${key}`, item));
}

/** Requests that are refused, each for a reason of its own. */
function provocations(token: string): { path: string; init: RequestInit }[] {
  const json = { 'content-type': 'application/json' };
  const authorization = `Bearer ${token}`;
  const post = (path: string, body: string, headers: Record<string, string> = {}) => ({
    path,
    init: { method: 'POST', headers: { ...json, ...headers }, body },
  });
  const wrong = JSON.stringify({ email: 'admin@example.test', password: 'a wrong password that is long' });
  return [
    post('/api/login', wrong),
    post('/api/login', `${wrong}}`),
    post('/api/password', JSON.stringify({ token }), { authorization }),
    post('/api/sessions', JSON.stringify({ permissions: [token] }), { authorization }),
    post('/api/analyze/none', '{}', { authorization }),
    { path: `/api/documents?limit=${token}`, init: { headers: { authorization } } },
    { path: '/api/documents', init: { headers: { authorization: `${authorization}x` } } },
    { path: '/api/documents', init: { headers: { authorization: `Basic ${token}` } } },
    { path: '/api/documents/none', init: { headers: { authorization } } },
    { path: '/api/none', init: { headers: { authorization } } },
  ];
}

async function titleOf(pid: number): Promise<string> {
  const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  return `${await read('cmdline')} ${await read('comm')}`;
}
