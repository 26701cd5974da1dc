import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { expect, test } from 'vitest';
import { start } from './started-system.ts';

test('a ruleset that cannot be used is refused before anything is started', async () => {
  await using temporary = await temporaryDirectory();
  const dataDirectory = join(temporary.path, 'data');
  const file = join(temporary.path, 'our-rules.yaml');
  await writeFile(file, 'version: 1\nrules:\n  - id: gifts\n    level: grave\n');
  await using system = await start({ dataDirectory, env: { RULESET_FILE: file } });
  expect(await system.ended).toBe(1);
  expect(system.output()).toMatch(/^RULESET_FILE: .*our-rules\.yaml cannot be used:\n {2}rule gifts: level:/);
  await expect(access(dataDirectory)).rejects.toThrow('ENOENT');
});
