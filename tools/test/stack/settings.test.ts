import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError } from '@contract-reviewer/platform/config';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { describe, expect, test } from 'vitest';
import { developmentCertificates } from '../../certificates/development-certificates.ts';
import { forEachName, processNames } from '../../stack/process-names.ts';
import { readSettings, UsageError } from '../../stack/settings.ts';

function messageOf(args: readonly string[], env: NodeJS.ProcessEnv): string {
  try {
    readSettings(args, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('The settings were taken');
}

test('everything has a default', () => {
  expect(readSettings([], {})).toEqual({
    port: 8080,
    grpcPorts: { document: 7001, analysis: 7002, session: 7003 },
    metricsPorts: { document: 7101, analysis: 7102, session: 7103 },
    dataDirectory: resolve('.data'),
    adminEmail: 'admin@localhost',
    adminPassword: undefined,
    databaseUrls: undefined,
    redisUrls: undefined,
    logLevel: 'info',
    handedOn: { document: {}, analysis: {}, session: {}, gateway: {} },
    installRedis: false,
    reviewSample: true,
  });
});

test('options and variables change what they say', () => {
  const env = { PORT: '9000', SESSION_GRPC_PORT: '9003', DATA_DIR: '/srv/data', ADMIN_PASSWORD: 'twelve-chars' };
  expect(readSettings(['--install-redis', '--no-sample'], env)).toMatchObject({
    port: 9000,
    grpcPorts: { document: 7001, analysis: 7002, session: 9003 },
    dataDirectory: '/srv/data',
    adminPassword: 'twelve-chars',
    installRedis: true,
    reviewSample: false,
  });
});

test('all wrong settings are reported at once, and no value is shown', () => {
  const message = messageOf([], {
    PORT: '80000',
    DOCUMENT_GRPC_PORT: 'seven',
    ADMIN_EMAIL: 'nobody',
    ADMIN_PASSWORD: 'short',
    DATABASE_URL: 'mysql://user:hush@host/db',
    LOG_LEVEL: 'loud',
  });
  for (const name of ['PORT', 'DOCUMENT_GRPC_PORT', 'ADMIN_EMAIL', 'ADMIN_PASSWORD', 'DATABASE_URL', 'LOG_LEVEL']) {
    expect(message).toMatch(new RegExp(`^ *${name}: `, 'm'));
  }
  expect(message).not.toMatch(/short|hush/);
});

test('a port is used once', () => {
  expect(messageOf([], { PORT: '7002' })).toContain('PORT, ANALYSIS_GRPC_PORT: each needs a port of its own');
});

test('a setting of the processes goes to those that have it', () => {
  expect(readSettings([], { MAX_UPLOAD_BYTES: '1000', SESSION_IDLE_SECONDS: '60', HOME: '/root' })).toMatchObject({
    handedOn: {
      document: { MAX_UPLOAD_BYTES: '1000' },
      analysis: {},
      session: { SESSION_IDLE_SECONDS: '60' },
      gateway: { MAX_UPLOAD_BYTES: '1000' },
    },
  });
});

test('a file is named by its whole path, for a process runs in a directory of its own', () => {
  const env = { RULESET_FILE: 'our-rules.yaml', OPENAI_API_KEY_FILE: 'key', V1_REDIS_URL_FILE: 'url' };
  expect(readSettings([], env)).toMatchObject({
    handedOn: {
      document: { V1_REDIS_URL_FILE: resolve('url') },
      analysis: Object.fromEntries(Object.entries(env).map(([name, path]) => [name, resolve(path)])),
    },
  });
});

describe('certificates', () => {
  test('go to the processes, to each its own', async () => {
    await using directory = await temporaryDirectory();
    for (const { name, content } of await developmentCertificates(1))
      await writeFile(join(directory.path, name), content);
    const at = (name: string) => join(directory.path, name);
    const filesOf = (name: string) => ({
      TLS_CERT_FILE: at(`${name}.crt`),
      TLS_KEY_FILE: at(`${name}.key`),
      TLS_CA_FILE: at('ca.crt'),
    });
    expect(readSettings([], { TLS_DIR: directory.path })).toMatchObject({
      handedOn: forEachName(processNames, filesOf),
    });
  });

  test('that are not there are named', () => {
    expect(messageOf([], { TLS_DIR: '/nowhere' })).toBe('TLS_CA_FILE: /nowhere/ca.crt cannot be read (ENOENT)');
  });
});

describe('stores of the user', () => {
  test('one URL serves all, and a process can have its own', () => {
    const env = { DATABASE_URL: 'postgres://a/b', SESSION_DATABASE_URL: 'postgres://s/b', REDIS_URL: 'redis://r' };
    expect(readSettings([], env)).toMatchObject({
      databaseUrls: { document: 'postgres://a/b', analysis: 'postgres://a/b', session: 'postgres://s/b' },
      redisUrls: { document: 'redis://r', analysis: 'redis://r', session: 'redis://r', gateway: 'redis://r' },
    });
  });

  test('a process without one, where others have theirs, is an error that names it', () => {
    const message = messageOf([], { DOCUMENT_DATABASE_URL: 'postgres://a/b', GATEWAY_REDIS_URL: 'redis://r' });
    expect(message).toContain('ANALYSIS_DATABASE_URL');
    expect(message).toContain('SESSION_DATABASE_URL');
    expect(message).toContain('DOCUMENT_REDIS_URL');
    expect(message).not.toContain('GATEWAY_REDIS_URL');
  });
});

test('help is asked for, and an unknown option is an error', () => {
  expect(readSettings(['--help'], { PORT: 'wrong' })).toBe('help');
  expect(() => readSettings(['--instal-redis'], {})).toThrow(UsageError);
});
