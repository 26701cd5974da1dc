import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { Trial } from '../../revocations/trials.ts';
import { compiledCode } from '../../stack/repository.ts';
import { repository } from '../e2e/system.ts';

const run = promisify(execFile);

it('nothing that was taken away is accepted on any replica after the acknowledgement, whatever becomes of Redis', async () => {
  const args = ['tools/revocations/main.ts', '--trials', '6', '--at-once', '6', '--rate', '50', '--json'];
  const env = { ...compiledCode, PATH: process.env.PATH };
  const { stdout } = await run(process.execPath, args, { cwd: repository, env });
  const trials = JSON.parse(stdout) as Trial[];
  expect(trials).toHaveLength(6);
  for (const trial of trials) {
    expect(trial.acceptedAfter).toEqual([]);
    expect(trial.acceptedBefore).toBeGreaterThan(0);
  }
}, 180_000);
