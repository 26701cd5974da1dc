import { execFile } from 'node:child_process';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { repository, type System } from './system.ts';

/** @param open the system, once it runs; Redis is stopped at the end */
export function describeConsistencyCommand(open: () => System): void {
  const stack = new AsyncDisposableStack();
  afterAll(() => stack.disposeAsync());

  let system: System;
  let redis: Redis;

  beforeAll(async () => {
    system = open();
    redis = stack.adopt(new Redis(system.redis.url('admin')), (client) => client.disconnect());
    // The tests stop Redis, and ioredis goes on looking for it.
    redis.on('error', () => undefined);
    // A Redis that is new is registered only after a while.
    await vi.waitUntil(async () => (await consistency([])).code === 0, { timeout: 20_000, interval: 500 });
  });

  function consistency(args: string[], env = system.environment()) {
    return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(
        process.execPath,
        ['tools/consistency/main.ts', ...args],
        { cwd: repository, env },
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  }

  describe('npm run consistency', () => {
    it('exits with 0 if the stores agree, and shows on standard error which family it is at', async () => {
      const { code, stdout, stderr } = await consistency([]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^session: \d+ checked.*, agree$/m);
      expect(stderr).toContain('checking document_analysis (5 of 6)');
    });

    it('exits with 1 if they do not, names the entries, and repairs on request', async () => {
      await redis.set('session:garbage', '{');
      await redis.set('documents:index', 'garbage');
      const found = await consistency(['--family', 'session']);
      expect(found.code).toBe(1);
      expect(found.stdout).toMatch(/^session: \d+ checked.*, 1 faulty\n {2}undecodable {2}session:garbage$/m);

      const repaired = await consistency(['--repair', '--json']);
      expect(repaired.code).toBe(1);
      const report = JSON.parse(repaired.stdout);
      expect(report).toMatchObject({ agree: false, repair: true });
      const findings = report.services.flatMap((service: { findings: object[] }) => service.findings);
      expect(findings).toEqual([
        { family: 'documents_list', key: 'documents:index', fault: 'undecodable' },
        { family: 'session', key: 'session:garbage', fault: 'undecodable' },
      ]);
      expect((await consistency([])).code).toBe(0);
    });

    it('exits with 2 on wrong usage, and with 3 when nobody answers, the login is refused or Redis is away', async () => {
      expect((await consistency(['--fix'])).code).toBe(2);
      expect((await consistency(['--family', 'nothing'])).code).toBe(2);
      expect((await consistency(['--help'])).stdout).toContain('Usage: npm run consistency');
      const env = system.environment();
      expect((await consistency([], { ...env, CONTRACT_REVIEWER_URL: 'http://127.0.0.1:9' })).code).toBe(3);
      expect((await consistency([], { ...env, CONTRACT_REVIEWER_PASSWORD: 'wrong password' })).code).toBe(3);
      await system.redis.stop();
      const { code, stdout } = await consistency([]);
      expect(code).toBe(3);
      expect(stdout).toContain('session: could not be checked.');
    });
  });
}
