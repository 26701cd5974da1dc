import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

function check(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/checks/check.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('npm run check', () => {
  it('tells what it checks', () => {
    const { status, stdout } = check('--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}boundaries +imports go the way/m);
  });

  it('runs those checks that it is asked for, and counts them', () => {
    const { status, stdout } = check('--only', 'proto-lint', '--only', 'proto-format');
    expect(stdout).toMatch(/^ok +proto-lint /m);
    expect(stdout).toMatch(/^ok +proto-format /m);
    expect(stdout).toMatch(/^2 passed, 0 failed, 0 skipped$/m);
    expect(status).toBe(0);
  });

  it('refuses a name that it does not know, because a check that did not run would look like one that passed', () => {
    const { status, stderr } = check('--only', 'boundries');
    expect(status).toBe(2);
    expect(stderr).toContain("There is no check named 'boundries'");
  });
});
