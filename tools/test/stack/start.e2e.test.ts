import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { waitUntil } from '@contract-reviewer/platform/embedded/processes';
import { urlOf } from '@contract-reviewer/platform/embedded/provision';
import { withClient } from '@contract-reviewer/platform/embedded/with-client';
import { type TemporaryDirectory, temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { startRedis } from '@contract-reviewer/platform/testing/test-redis';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { logIn, processesOn, type StartedSystem, start, startAndWait } from './started-system.ts';

const run = promisify(execFile);
const migrateModule = fileURLToPath(new URL('../../migrate.ts', import.meta.url));

let temporary: TemporaryDirectory;
let dataDirectory: string;

beforeAll(async () => {
  temporary = await temporaryDirectory();
  dataDirectory = join(temporary.path, 'data');
});

afterAll(() => temporary[Symbol.asyncDispose]());

async function pids(): Promise<number[]> {
  return Object.values(await processesOn(dataDirectory)).flat();
}

const isReady = async ({ url }: StartedSystem) =>
  await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) }).then(
    (response) => response.ok,
    () => false,
  );

async function stop(system: StartedSystem, signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<void> {
  system.child.kill(signal);
  expect(await system.ended).toBe(0);
  expect(await pids()).toEqual([]);
  await expect(access(join(dataDirectory, 'lock'))).rejects.toThrow('ENOENT');
}

/** Each test goes on with the system as the one before left it, since a start takes long. */
describe('npm start', () => {
  let system: StartedSystem;
  let documentId: string;
  afterAll(() => system[Symbol.asyncDispose]());

  test('says where everything is, and the printed login works as it stands', async () => {
    system = await startAndWait({ dataDirectory });
    expect(system.output()).toContain(`${system.url}/docs`);
    const login = /^ {2}(curl .*)$/m.exec(system.output())?.[1] ?? '';
    const { stdout } = await run('/bin/sh', ['-c', login]);
    expect(JSON.parse(stdout)).toMatchObject({ token: expect.any(String), session_id: expect.any(String) });
    expect(Object.values(await processesOn(dataDirectory)).every((found) => found.length > 0)).toBe(true);
  });

  test('refuses to run twice on the same data, and says why', async () => {
    await using second = await start({ dataDirectory });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`Another \`npm start\` uses ${dataDirectory}`);
    expect(await isReady(system)).toBe(true);
  });

  test('starts each process that is killed again, the stores too', async () => {
    for (const [name, [before]] of Object.entries(await processesOn(dataDirectory))) {
      process.kill(before as number, 'SIGKILL');
      const back = await waitUntil(async () => {
        const now = (await processesOn(dataDirectory))[name] as number[];
        return now.length > 0 && !now.includes(before as number);
      }, 10_000);
      expect(back, `${name} is started again`).toBe(true);
      expect(await waitUntil(() => isReady(system), 30_000), `ready after ${name} was killed`).toBe(true);
    }
    // PostgreSQL cut every connection: the pools must have made new ones.
    await logIn(system, dataDirectory);
  });

  test('leaves no orphan when it is killed, at the latest after the next start, which works with the data', async () => {
    const headers = { authorization: `Bearer ${await logIn(system, dataDirectory)}` };
    const body = new FormData();
    body.set('file', new Blob(['This Agreement is made between Alpha Ltd and Beta Ltd.']), 'kept.txt');
    const uploaded = await fetch(`${system.url}/api/upload`, { method: 'POST', headers, body });
    expect(uploaded.status).toBe(201);
    ({ document_id: documentId } = (await uploaded.json()) as { document_id: string });

    const left = await pids();
    system.child.kill('SIGKILL');
    await system.ended;
    system = await startAndWait({ dataDirectory });
    const now = await pids();
    expect(left.filter((pid) => now.includes(pid))).toEqual([]);
    expect(system.output()).not.toMatch(/shown this once/);
    await expectDocument();
  });

  test('stops at Ctrl-C and leaves nothing', async () => {
    await stop(system, 'SIGINT');
  });

  test('without Redis it says so and serves, from the same data', async () => {
    system = await startAndWait({ dataDirectory, env: { PATH: '/nowhere' } });
    expect(system.output()).toContain('Serving from PostgreSQL alone');
    await expectDocument();
  });

  test('drains at SIGTERM, ends with 0 and leaves nothing', async () => {
    await stop(system, 'SIGTERM');
  });

  async function expectDocument(): Promise<void> {
    const headers = { authorization: `Bearer ${await logIn(system, dataDirectory)}` };
    const response = await fetch(`${system.url}/api/documents/${documentId}`, { headers });
    expect(response.status).toBe(200);
  }
});

test('a port that is taken is refused with a reason', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await using refused = await start({ dataDirectory, env: { PORT: String(port) } });
  expect(await refused.ended).toBe(1);
  expect(refused.output()).toContain(`Port ${port} for the gateway is in use; set PORT to another one.`);
  server.close();
});

test('stores of the user are brought up to date and used, and none is started', async () => {
  await using redis = await startRedis([]);
  const database = `external_${process.pid}`;
  await withClient(inject('postgresUrl'), (client) => client.query(`CREATE DATABASE ${database}`));
  const env = { DATABASE_URL: urlOf(inject('postgresUrl'), { database }), REDIS_URL: redis.url('admin') };
  try {
    await run(process.execPath, [migrateModule], { env });
    const elsewhere = join(temporary.path, 'external');
    await using system = await startAndWait({ dataDirectory: elsewhere, env });
    await logIn(system, elsewhere);
    const made = await readdir(elsewhere);
    expect(made.filter((name) => name === 'postgres' || name === 'redis')).toEqual([]);
  } finally {
    await withClient(inject('postgresUrl'), (client) => client.query(`DROP DATABASE ${database} WITH (FORCE)`));
  }
});

test('a stop in the middle of the start leaves nothing', async () => {
  await using system = await start({ dataDirectory });
  expect(await waitUntil(() => system.output().includes('Bringing the database up to date'), 30_000)).toBe(true);
  await sleep(100);
  await stop(system);
});
