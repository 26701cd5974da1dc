import { execFile } from 'node:child_process';
import { startRedis } from '@contract-reviewer/platform/testing/test-redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpClient } from './http-client.ts';
import { repository, type System, startSystem } from './system.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let system: System;
let client: HttpClient;
let version1: Redis;

beforeAll(async () => {
  const server = stack.use(await startRedis([]));
  version1 = stack.adopt(new Redis(server.url('admin')), (redis) => redis.disconnect());
  await version1.mset({
    'document:d-1': JSON.stringify({ filename: 'Rahmenvertrag.pdf', created_at: '2025-02-03T04:05:06Z' }),
    'document:d-2': JSON.stringify({
      filename: 'NDA.txt',
      content: 'This Agreement is made between A Ltd. and B Inc.',
    }),
    'analysis:a-1': JSON.stringify({ document_id: 'd-1', created_at: 1738555506, risks: ['unlimited liability'] }),
    'analysis:a-2': JSON.stringify({ document_id: 'gone', created_at: 1738555506 }),
    'document_analysis:d-1': 'a-1',
    'document_analysis:d-2': 'gone',
    'analysis:a-3': 'not JSON',
  });
  system = stack.use(await startSystem({ V1_REDIS_URL: server.url('admin') }));
  client = await system.login();
});

function migration(args: string[], env = system.environment()) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      ['tools/migration/main.ts', ...args],
      { cwd: repository, env },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

describe('npm run migration', () => {
  it('exits with 2 on wrong usage, and with 3 when nobody answers or the login is refused', async () => {
    expect((await migration([])).code).toBe(2);
    expect((await migration(['force'])).code).toBe(2);
    expect((await migration(['backfill', '--owner', 'nobody@example.test'])).code).toBe(2);
    expect((await migration(['--help'])).stdout).toContain('Usage: npm run migration');
    const env = system.environment();
    expect((await migration(['status'], { ...env, CONTRACT_REVIEWER_URL: 'http://127.0.0.1:9' })).code).toBe(3);
    expect((await migration(['status'], { ...env, CONTRACT_REVIEWER_PASSWORD: 'wrong password' })).code).toBe(3);
  });

  it('shows the phase, and refuses to go on before a backfill', async () => {
    const { code, stdout } = await migration(['status']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^phase: dual_write$/m);
    expect(stdout).toContain('backfill: none yet');
    const refused = await migration(['advance']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('backfill');
  });

  it('takes everything over, gives it to the owner, and makes documents for analyses that have none', async () => {
    const { code, stdout, stderr } = await migration(['backfill', '--owner', system.admin.email.toUpperCase()]);
    expect(stderr).toContain('document service: import document');
    expect(code).toBe(0);
    expect(stdout).toMatch(/1 placeholders/);
    expect(await client.json('/api/documents/d-1')).toMatchObject({
      filename: 'Rahmenvertrag.pdf',
      created_at: '2025-02-03T04:05:06.000Z',
      version1_original: { filename: 'Rahmenvertrag.pdf' },
    });
    expect(await client.json('/api/documents/d-1/analysis')).toMatchObject({
      analysis_id: 'a-1',
      engine: 'version1',
      version1_original: { risks: ['unlimited liability'] },
    });
    expect((await client.json('/api/documents/gone/analyses')).analyses).toMatchObject([{ analysis_id: 'a-2' }]);
    await expect.poll(async () => (await client.json('/api/documents/d-2')).status).toBe('ready');
  });

  it('lists what did not fit', async () => {
    const { entries } = JSON.parse((await migration(['set-aside', '--json'])).stdout);
    expect(entries).toMatchObject([
      { service: 'analysis', key: 'analysis:a-3', reason: 'not_json' },
      { service: 'analysis', key: 'document_analysis:d-2', reason: 'pointer_to_nothing' },
    ]);
    expect((await migration(['set-aside'])).stdout).toMatch(/^analysis {2}not_json +analysis:a-3 {2}\(8 bytes\)$/m);
  });

  it('refuses to go on while the stores differ, and names the keys', async () => {
    expect((await migration(['verify'])).stdout).toMatch(/^the stores agree$/m);
    await version1.set('analysis:late', JSON.stringify({ document_id: 'd-1' }));
    const verified = await migration(['verify', '--json']);
    expect(verified.code).toBe(1);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      agree: false,
      drift: [{ service: 'analysis', family: 'analysis', key: 'analysis:late', fault: 'missing' }],
      drift_count: 1,
    });
    const advanced = await migration(['advance']);
    expect(advanced.code).toBe(1);
    expect(advanced.stderr).toContain('analysis:late');
    expect((await migration(['status'])).stdout).toMatch(/^phase: dual_write$/m);
  });

  it('goes on and back, and no more back once completion is confirmed', async () => {
    expect((await migration(['backfill'])).code).toBe(0);
    const phases: string[] = [];
    for (const command of [['advance'], ['advance'], ['rollback'], ['advance'], ['advance', '--confirm']]) {
      const { code, stderr, stdout } = await migration([...command, '--json']);
      expect(code, stderr).toBe(0);
      const { phase, confirmed } = JSON.parse(stdout).migration;
      phases.push(confirmed ? `${phase}, confirmed` : phase);
    }
    expect(phases).toEqual(['pg_read', 'complete', 'pg_read', 'complete', 'complete, confirmed']);
    const refused = await migration(['rollback']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('no way back');
    const types = ['migration_backfilled', 'migration_advanced', 'migration_rolled_back'];
    for (const type of types) {
      await expect.poll(async () => (await client.json(`/api/audit?type=${type}`)).total_count).toBeGreaterThan(1);
    }
  });
});
