import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@contract-reviewer/platform/embedded/free-port';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { startRedis, type TestRedis } from '@contract-reviewer/platform/testing/test-redis';
import { familyOf } from '../../hostile-files/run/process-tree.ts';
import { compiledCode } from '../../stack/repository.ts';
import { storeAccess } from '../../stack/store-access.ts';
import { HttpClient } from './http-client.ts';
import { createSystemDatabase } from './system-database.ts';

export const repository = fileURLToPath(new URL('../../..', import.meta.url));

export type ProcessName = keyof typeof storeAccess;

/** The whole system as `npm start` runs it, with a Redis whose failures the test decides. */
export interface System extends AsyncDisposable {
  baseUrl: string;
  dataDirectory: string;
  grpcPorts: Record<'document' | 'analysis' | 'session', number>;
  admin: { email: string; password: string };
  /** Connects to its database as superuser; undefined if its PostgreSQL is its own. */
  databaseAdminUrl: string | undefined;
  redis: TestRedis;
  supervisor: ChildProcess;
  /** Everything that it has printed so far. */
  output(): string;
  /** The process of that name, as it runs now. */
  pidOf(name: ProcessName): Promise<number>;
  /** A client that has logged in as the administrator. */
  login(): Promise<HttpClient>;
  /** The environment that `npm run review` needs. */
  environment(): NodeJS.ProcessEnv;
}

export interface SystemOptions {
  /** Have it start a PostgreSQL server, too; otherwise it gets a database on the run's. */
  ownPostgres?: boolean;
}

export async function startSystem(env: NodeJS.ProcessEnv = {}, { ownPostgres }: SystemOptions = {}): Promise<System> {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(await temporaryDirectory());
  const database = ownPostgres ? undefined : stack.use(await createSystemDatabase());
  const redis = stack.use(await startRedis(Object.values(storeAccess).map((access) => access.redis)));
  const dataDirectory = join(directory.path, 'data');
  const port = await freePort();
  const grpcPorts = { document: await freePort(), analysis: await freePort(), session: await freePort() };
  const admin = { email: 'admin@example.test', password: randomBytes(18).toString('base64url') };

  const supervisor = spawn(process.execPath, ['tools/stack/start.ts', '--no-sample'], {
    cwd: repository,
    env: {
      ...compiledCode,
      PATH: process.env.PATH,
      PORT: String(port),
      DATA_DIR: dataDirectory,
      DOCUMENT_GRPC_PORT: String(grpcPorts.document),
      ANALYSIS_GRPC_PORT: String(grpcPorts.analysis),
      SESSION_GRPC_PORT: String(grpcPorts.session),
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
      ...database?.environment,
      DOCUMENT_REDIS_URL: redis.url('document'),
      ANALYSIS_REDIS_URL: redis.url('analysis'),
      SESSION_REDIS_URL: redis.url('session'),
      GATEWAY_REDIS_URL: redis.url('gateway'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  stack.defer(() => stop(supervisor));
  let output = '';
  for (const stream of [supervisor.stdout, supervisor.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  await running(supervisor, () => output);

  const baseUrl = `http://127.0.0.1:${port}`;
  const acquired = stack.move();
  return {
    baseUrl,
    dataDirectory,
    grpcPorts,
    admin,
    databaseAdminUrl: database?.adminUrl,
    redis,
    supervisor,
    output: () => output,
    pidOf: (name) => childRunning(supervisor.pid as number, name),
    login: () => HttpClient.login(baseUrl, admin),
    environment: () => ({
      ...compiledCode,
      PATH: process.env.PATH,
      CONTRACT_REVIEWER_URL: baseUrl,
      CONTRACT_REVIEWER_EMAIL: admin.email,
      CONTRACT_REVIEWER_PASSWORD: admin.password,
    }),
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

async function running(supervisor: ChildProcess, output: () => string): Promise<void> {
  const exited = once(supervisor, 'exit').then(([code]) => {
    throw new Error(`npm start ended with ${code}:\n${output()}`);
  });
  exited.catch(() => undefined);
  const welcomed = async () => {
    while (!output().includes('Contract Reviewer is running')) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await Promise.race([exited, welcomed()]);
}

async function stop(supervisor: ChildProcess): Promise<void> {
  if (supervisor.exitCode !== null || supervisor.signalCode !== null) return;
  const exited = once(supervisor, 'exit');
  supervisor.kill('SIGTERM');
  await exited;
}

/** Finds a process below the supervisor by the module that it runs; waits while it is being restarted. */
async function childRunning(supervisor: number, name: ProcessName): Promise<number> {
  const module = name === 'gateway' ? 'gateway/src/main.ts' : `services/${name}/src/main.ts`;
  for (let attempt = 0; attempt < 200; attempt += 1) {
    for (const pid of await familyOf(supervisor)) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (command.includes(module)) return pid;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${name} does not run`);
}
