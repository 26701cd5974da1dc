import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { join } from 'node:path';
import { freePort } from '@contract-reviewer/platform/embedded/free-port';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { startPostgres, type TestPostgres } from '@contract-reviewer/platform/testing/test-postgres';
import { startRedis, type TestRedis } from '@contract-reviewer/platform/testing/test-redis';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examine } from '../../doctor/examine.ts';
import type { Finding } from '../../doctor/finding.ts';
import { actualSurroundings, type Surroundings } from '../../doctor/surroundings.ts';
import { runMigrations } from '../../stack/migrations.ts';
import { storeAccess } from '../../stack/store-access.ts';

const stack = new AsyncDisposableStack();
let postgres: TestPostgres;
let redis: TestRedis;
let directory: string;
let ports: Record<string, string>;

beforeAll(async () => {
  const schemas = Object.values(storeAccess).flatMap((access) => ('postgres' in access ? access.postgres.schemas : []));
  directory = stack.use(await temporaryDirectory()).path;
  [postgres, redis] = await Promise.all([
    startPostgres({ name: 'everything', schemas }),
    startRedis([
      ...Object.values(storeAccess).map((access) => access.redis),
      { name: 'narrow', keys: ['document:*'], channels: [] },
    ]),
  ]);
  stack.use(postgres);
  stack.use(redis);
  const { url } = postgres;
  await runMigrations({ databaseUrls: { document: url, analysis: url, session: url }, logLevel: 'fatal' });
  ports = {};
  for (const name of ['PORT', 'DOCUMENT_GRPC_PORT', 'ANALYSIS_GRPC_PORT', 'SESSION_GRPC_PORT']) {
    ports[name] = String(await freePort());
  }
}, 60_000);
afterAll(() => stack.disposeAsync());

/** Settings with which nothing is wrong. */
function healthy(): NodeJS.ProcessEnv {
  return {
    ...ports,
    PATH: process.env.PATH,
    DATA_DIR: join(directory, 'data'),
    DATABASE_URL: postgres.url,
    DOCUMENT_REDIS_URL: redis.url('document'),
    ANALYSIS_REDIS_URL: redis.url('analysis'),
    SESSION_REDIS_URL: redis.url('session'),
    GATEWAY_REDIS_URL: redis.url('gateway'),
  };
}

/** What is wrong with these changes, and what to do about it. */
async function troubles(env: NodeJS.ProcessEnv, changed: Partial<Surroundings> = {}): Promise<Finding[]> {
  const findings = await examine({ ...actualSurroundings(), ...changed, env: { ...healthy(), ...env } });
  return findings.filter(({ level }) => level !== 'ok');
}

/** Expects the cause to be named once, and nothing else to be blamed. */
function expectOnly(findings: readonly Finding[], subject: RegExp, message: RegExp): void {
  expect(findings.map((each) => `${each.subject}: ${each.message}`)).not.toEqual([]);
  for (const finding of findings) {
    expect(finding.subject).toMatch(subject);
    expect(finding.message).toMatch(message);
    expect(finding.remedy).toBeTruthy();
  }
}

async function administer(...statements: string[]): Promise<void> {
  const client = new pg.Client(postgres.url);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function listening(server: Server, port = 0): Promise<{ port: number } & AsyncDisposable> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => void (await new Promise((resolve) => server.close(resolve))),
  };
}

function httpServer(answer: RequestListener, port = 0) {
  return listening(createServer(answer), port);
}

async function repositoryWith(installed: string | undefined): Promise<string> {
  const repository = join(directory, `repository-${installed ?? 'bare'}`);
  const lock = (version: string) => JSON.stringify({ packages: { 'node_modules/fastify': { version } } });
  await mkdir(join(repository, 'node_modules'), { recursive: true });
  await writeFile(join(repository, 'package-lock.json'), lock('5.12.8'));
  if (installed) await writeFile(join(repository, 'node_modules', '.package-lock.json'), lock(installed));
  return repository;
}

describe('The doctor', () => {
  it('finds nothing wrong where nothing is', async () => {
    expect((await troubles({})).filter(({ level }) => level === 'fault')).toEqual([]);
    expect(await troubles({})).toEqual([]);
  });

  it('names a setting that cannot be used', async () => {
    expectOnly(await troubles({ PORT: '80000' }), /^settings$/, /^PORT: /);
  });

  it('names a Node that is too old', async () => {
    expectOnly(await troubles({}, { nodeVersion: '20.20.0' }), /^node$/, /20\.20\.0/);
  });

  it('names packages that are not those of the lock file', async () => {
    const repository = await repositoryWith('5.0.0');
    const found = (await troubles({ DATABASE_URL: undefined }, { repository })).filter(
      (each) => each.subject === 'installation',
    );
    expectOnly(found, /^installation$/, /fastify/);
  });

  it('sees that nothing is installed', async () => {
    const repository = await repositoryWith(undefined);
    const found = (await troubles({ DATABASE_URL: undefined }, { repository })).filter(
      (each) => each.subject === 'installation',
    );
    expectOnly(found, /^installation$/, /Nothing is installed/);
  });

  it('names a port that another program uses', async () => {
    await using other = await listening(createTcpServer());
    expectOnly(await troubles({ SESSION_GRPC_PORT: String(other.port) }), /^ports$/, new RegExp(`port ${other.port}`));
  });

  it('names a service that is not ready in a system that runs', async () => {
    const body = JSON.stringify({
      status: 'unready',
      services: { document: 'ready', analysis: 'unready', session: 'ready' },
    });
    await using gateway = await httpServer((_request, response) => response.writeHead(503).end(body));
    expectOnly(await troubles({ PORT: String(gateway.port) }), /^gateway$/, /analysis is unready/);
  });

  it('names a data directory that cannot be written', async () => {
    await writeFile(join(directory, 'a-file'), '');
    expectOnly(
      await troubles({ DATA_DIR: join(directory, 'a-file', 'data') }),
      /^data directory$/,
      /cannot be written/,
    );
  });

  it('names secrets that others may read', async () => {
    const data = join(directory, 'open');
    await mkdir(data);
    await writeFile(join(data, 'secrets.json'), '{}');
    await chmod(join(data, 'secrets.json'), 0o644);
    expectOnly(await troubles({ DATA_DIR: data }), /^data directory$/, /Others may read/);
  });

  it('names secrets that are damaged', async () => {
    const data = join(directory, 'damaged');
    await mkdir(data);
    await writeFile(join(data, 'secrets.json'), '{"postgres', { mode: 0o600 });
    expectOnly(await troubles({ DATA_DIR: data }), /^data directory$/, /is damaged/);
  });

  it('names a database of another version', async () => {
    const data = join(directory, 'old');
    await mkdir(join(data, 'postgres', '18'), { recursive: true });
    await writeFile(join(data, 'postgres', '18', 'PG_VERSION'), '17\n');
    expectOnly(await troubles({ DATA_DIR: data }), /^data directory$/, /PostgreSQL 17/);
  });

  it('names a PostgreSQL that is not there', async () => {
    const url = `postgres://somebody:something@127.0.0.1:${await freePort()}/test`;
    expectOnly(await troubles({ DATABASE_URL: url }), /^postgresql/, /cannot be reached/);
  });

  it('names a wrong password of PostgreSQL, and does not show it', async () => {
    const url = new URL(postgres.url);
    url.password = 'a-wrong-password';
    const found = await troubles({ DATABASE_URL: url.href });
    expectOnly(found, /^postgresql/, /does not let everything in/);
    expect(JSON.stringify(found)).not.toContain('a-wrong-password');
  });

  it('names a database that does not exist', async () => {
    const url = new URL(postgres.url);
    url.pathname = '/nowhere';
    expectOnly(await troubles({ DATABASE_URL: url.href }), /^postgresql/, /no database nowhere|does not let/);
  });

  it('names a standby', async () => {
    await postgres.faults['in recovery'].begin();
    try {
      expectOnly(await troubles({}), /^postgresql/, /standby/);
    } finally {
      await postgres.faults['in recovery'].end();
    }
  });

  it('names a PostgreSQL that takes no writes', async () => {
    await postgres.faults['read-only'].begin();
    try {
      expectOnly(await troubles({}), /^postgresql/, /read-only/);
    } finally {
      await postgres.faults['read-only'].end();
    }
  });

  it('names a schema that the role may not use', async () => {
    await administer('REVOKE ALL ON SCHEMA session FROM everything');
    try {
      expectOnly(await troubles({}), /^postgresql session$/, /may not use the schema session/);
    } finally {
      await administer('GRANT ALL ON SCHEMA session TO everything');
    }
  });

  it('names migrations that are lacking', async () => {
    await administer('CREATE TABLE session.kept AS SELECT * FROM session.migrations', 'DELETE FROM session.migrations');
    try {
      expectOnly(await troubles({}), /^postgresql session$/, /lacks the migrations .*0001_accounts_and_sessions/);
    } finally {
      await administer('INSERT INTO session.migrations SELECT * FROM session.kept', 'DROP TABLE session.kept');
    }
  });

  it('names a schema that a newer release has migrated', async () => {
    await administer(`INSERT INTO document.migrations (name, run_on) VALUES ('9999_later', now())`);
    try {
      expectOnly(await troubles({}), /^postgresql document$/, /newer release .*9999_later/);
    } finally {
      await administer(`DELETE FROM document.migrations WHERE name = '9999_later'`);
    }
  });

  it('names clocks that disagree', async () => {
    const found = await troubles({}, { now: () => Date.now() - 60_000 });
    expectOnly(found, /^(postgresql|redis)/, /clock is 60 s ahead/);
  });

  it('names a Redis that is not there', async () => {
    const url = `redis://somebody:something@127.0.0.1:${await freePort()}`;
    expectOnly(await troubles({ ANALYSIS_REDIS_URL: url }), /^redis analysis$/, /cannot be reached/);
  });

  it('names a wrong password of Redis, and does not show it', async () => {
    const url = new URL(redis.url('analysis'));
    url.password = 'a-wrong-password';
    const found = await troubles({ ANALYSIS_REDIS_URL: url.href });
    expectOnly(found, /^redis analysis$/, /does not let analysis in/);
    expect(JSON.stringify(found)).not.toContain('a-wrong-password');
  });

  it('names a user of Redis who may not touch its keys', async () => {
    expectOnly(await troubles({ DOCUMENT_REDIS_URL: redis.url('narrow') }), /^redis document$/, /documents:\*/);
  });

  it('names a user of Redis who may touch the keys of others', async () => {
    expectOnly(await troubles({ DOCUMENT_REDIS_URL: redis.url('admin') }), /^redis document$/, /not its own/);
  });

  it('names a replica of Redis', async () => {
    await withRedisAdmin(async (admin) => {
      await admin.replicaof('127.0.0.1', await freePort());
      try {
        expectOnly(await troubles({}), /^redis/, /replica/);
      } finally {
        await admin.replicaof('NO', 'ONE');
      }
    });
  });

  it('names a Redis that is full and evicts nothing', async () => {
    await withRedisAdmin(async (admin) => {
      await admin.config('SET', 'maxmemory', '1mb', 'maxmemory-policy', 'noeviction');
      try {
        expectOnly(await troubles({}), /^redis/, /evicts nothing, and is full/);
      } finally {
        await admin.config('SET', 'maxmemory', '64mb', 'maxmemory-policy', 'allkeys-lru');
      }
    });
  });

  it('names a missing Redis where we would start one', async () => {
    const none = {
      REDIS_URL: undefined,
      DOCUMENT_REDIS_URL: '',
      ANALYSIS_REDIS_URL: '',
      SESSION_REDIS_URL: '',
      GATEWAY_REDIS_URL: '',
    };
    expectOnly(await troubles({ ...none, PATH: '/nowhere' }), /^redis$/, /There is no Redis/);
  });

  it('names a ruleset that cannot be used', async () => {
    const file = join(directory, 'rules.yaml');
    await writeFile(file, 'rules: [{ id: 1 }]');
    expectOnly(await troubles({ RULESET_FILE: file }), /^ruleset$/, /RULESET_FILE/);
  });

  it('names a model server that is not there, and a model that it lacks', async () => {
    expectOnly(
      await troubles({ OLLAMA_BASE_URL: `http://127.0.0.1:${await freePort()}` }),
      /^ollama$/,
      /does not answer/,
    );
    const body = JSON.stringify({ models: [{ name: 'mistral:7b', digest: 'sha256:1' }] });
    await using ollama = await httpServer((_request, response) => response.end(body));
    expectOnly(
      await troubles({ OLLAMA_BASE_URL: `http://127.0.0.1:${ollama.port}` }),
      /^ollama$/,
      /no model llama3\.2:3b/,
    );
  });
});

async function withRedisAdmin(work: (admin: Redis) => Promise<void>): Promise<void> {
  const admin = new Redis(redis.url('admin'));
  try {
    await work(admin);
  } finally {
    await admin.quit();
  }
}
