import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { processEnvironment, type Wiring } from '../../stack/process-environment.ts';
import { forEachName, processNames, serviceNames } from '../../stack/process-names.ts';

const wiring: Wiring = {
  port: 8080,
  grpcPorts: { document: 7001, analysis: 7002, session: 7003 },
  databaseUrls: forEachName(serviceNames, (name) => `postgres://${name}-database`),
  redisUrls: forEachName(processNames, (name) => `redis://${name}-redis`),
  serviceTokens: forEachName(processNames, (name) => `${name}-token`),
  admin: { email: 'admin@localhost', password: 'admin-password' },
  assertionKey: 'k'.repeat(43),
  auditKey: 'audit-key',
  blobDirectory: '/data/blobs',
  logLevel: 'info',
  handedOn: forEachName(processNames, () => ({})),
};

test.each([
  [
    'document',
    [
      'ANALYSIS_SERVICE_ADDRESS',
      'ASSERTION_PUBLIC_KEYS',
      'BLOB_DIR',
      'DATABASE_URL',
      'GRPC_HOST',
      'GRPC_PORT',
      'LOG_LEVEL',
      'REDIS_URL',
      'SERVICE_TOKEN',
      'SESSION_SERVICE_ADDRESS',
      'SHUTDOWN_ON_STDIN_CLOSE',
      'TRUSTED_SERVICES',
    ],
  ],
  [
    'analysis',
    [
      'ASSERTION_PUBLIC_KEYS',
      'DATABASE_URL',
      'DOCUMENT_SERVICE_ADDRESS',
      'GRPC_HOST',
      'GRPC_PORT',
      'LOG_LEVEL',
      'REDIS_URL',
      'SERVICE_TOKEN',
      'SESSION_SERVICE_ADDRESS',
      'SHUTDOWN_ON_STDIN_CLOSE',
      'TRUSTED_SERVICES',
    ],
  ],
  [
    'session',
    [
      'ADMIN_EMAIL',
      'ADMIN_PASSWORD',
      'ASSERTION_KEY',
      'ASSERTION_PUBLIC_KEYS',
      'AUDIT_KEY',
      'DATABASE_URL',
      'GRPC_HOST',
      'GRPC_PORT',
      'LOG_LEVEL',
      'REDIS_URL',
      'SERVICE_TOKEN',
      'SHUTDOWN_ON_STDIN_CLOSE',
      'TRUSTED_SERVICES',
    ],
  ],
  [
    'gateway',
    [
      'ANALYSIS_SERVICE_ADDRESS',
      'DOCUMENT_SERVICE_ADDRESS',
      'HTTP_HOST',
      'HTTP_PORT',
      'LOG_LEVEL',
      'REDIS_URL',
      'SERVICE_TOKEN',
      'SESSION_SERVICE_ADDRESS',
      'SHUTDOWN_ON_STDIN_CLOSE',
    ],
  ],
] as const)('%s is told what it needs and nothing else', (name, variables) => {
  expect(Object.keys(processEnvironment(name, wiring)).sort()).toEqual([...variables]);
});

describe.each(processNames)('%s', (name) => {
  const text = JSON.stringify(processEnvironment(name, wiring));

  test('is told no secret of another process', () => {
    for (const other of processNames.filter((each) => each !== name)) {
      expect(text).not.toMatch(new RegExp(`${other}-(token|redis|database)`));
    }
    expect(text.includes('admin-password')).toBe(name === 'session');
    expect(text.includes('audit-key')).toBe(name === 'session');
    expect(text.includes(wiring.assertionKey)).toBe(name === 'session');
  });

  test('is told no Redis where there is none', () => {
    expect(processEnvironment(name, { ...wiring, redisUrls: undefined })).not.toHaveProperty('REDIS_URL');
  });
});

test('what the user set is handed on', () => {
  const handedOn = { ...wiring.handedOn, document: { MAX_UPLOAD_BYTES: '1000' } };
  expect(processEnvironment('document', { ...wiring, handedOn })).toMatchObject({ MAX_UPLOAD_BYTES: '1000' });
});

test('a service trusts the other processes by the hash of their tokens', () => {
  const trusted = processEnvironment('session', wiring).TRUSTED_SERVICES?.split(',');
  const hash = (token: string) => createHash('sha256').update(token).digest('hex');
  expect(trusted).toEqual(['document', 'analysis', 'gateway'].map((name) => `${name}=${hash(`${name}-token`)}`));
});
