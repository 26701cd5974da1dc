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
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
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

async function stop(system: StartedSystem, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  system.child.kill(signal);
  expect(await system.ended).toBe(0);
  expect(await pids()).toEqual([]);
  await expect(access(join(dataDirectory, 'lock'))).rejects.toThrow('ENOENT');
}

test('it says where everything is, and the printed login works as it stands', async () => {
  await using system = await startAndWait({ dataDirectory });
  expect(system.output()).toContain(`${system.url}/docs`);
  const login = /^ {2}(curl .*)$/m.exec(system.output())?.[1] ?? '';
  const { stdout } = await run('/bin/sh', ['-c', login]);
  expect(JSON.parse(stdout)).toMatchObject({ token: expect.any(String), session_id: expect.any(String) });
  expect(Object.values(await processesOn(dataDirectory)).every((found) => found.length > 0)).toBe(true);
  await stop(system);
});

test('data is there after a restart, and Ctrl-C stops as SIGTERM does', async () => {
  await using first = await startAndWait({ dataDirectory });
  const headers = { authorization: `Bearer ${await logIn(first, dataDirectory)}` };
  const body = new FormData();
  body.set('file', new Blob(['This Agreement is made between Alpha Ltd and Beta Ltd.']), 'kept.txt');
  const uploaded = await fetch(`${first.url}/api/upload`, { method: 'POST', headers, body });
  expect(uploaded.status).toBe(201);
  const { document_id: id } = (await uploaded.json()) as { document_id: string };
  await stop(first, 'SIGINT');

  await using second = await startAndWait({ dataDirectory });
  const again = { authorization: `Bearer ${await logIn(second, dataDirectory)}` };
  const response = await fetch(`${second.url}/api/documents/${id}`, { headers: again });
  expect(response.status).toBe(200);
  expect(second.output()).not.toMatch(/shown this once/);
  await stop(second);
});

test('a second run on the same data, and a port that is taken, are refused with a reason', async () => {
  await using system = await startAndWait({ dataDirectory });
  await using second = await start({ dataDirectory });
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(`Another \`npm start\` uses ${dataDirectory}`);
  await stop(system);

  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await using refused = await start({ dataDirectory, env: { PORT: String(port) } });
  expect(await refused.ended).toBe(1);
  expect(refused.output()).toContain(`Port ${port} for the gateway is in use; set PORT to another one.`);
  server.close();
});

test('a killed run leaves no orphan, at the latest after the next start, which works', async () => {
  await using killed = await startAndWait({ dataDirectory });
  const left = await pids();
  killed.child.kill('SIGKILL');
  await killed.ended;
  await using next = await startAndWait({ dataDirectory });
  const now = await pids();
  expect(left.filter((pid) => now.includes(pid))).toEqual([]);
  await logIn(next, dataDirectory);
  await stop(next);
});

test('each process that is killed is there again, the stores too', async () => {
  await using system = await startAndWait({ dataDirectory });
  const names = Object.keys(await processesOn(dataDirectory));
  for (const name of names) {
    const [before] = (await processesOn(dataDirectory))[name] as number[];
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
  await stop(system);
});

test('without Redis it says so and serves', async () => {
  await using system = await startAndWait({ dataDirectory, env: { PATH: '/nowhere' } });
  expect(system.output()).toContain('Serving from PostgreSQL alone');
  await logIn(system, dataDirectory);
  await stop(system);
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
