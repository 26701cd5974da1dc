import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findDocViolations } from '../../checks/docs.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'docs-'));
});

afterEach(() => rm(root, { recursive: true }));

async function violationsIn(text: string) {
  await writeFile(join(root, 'README.md'), text);
  await mkdir(join(root, 'gateway/test'), { recursive: true });
  await writeFile(join(root, 'gateway/test/audit.gateway.test.ts'), '');
  await writeFile(join(root, 'DESIGN.md'), '# The design\n\n## Two stores, one truth\n\n## Keys\n\n## Keys\n');
  return findDocViolations('README.md', { root, scripts: new Set(['start', 'check']) });
}

describe('the documentation check', () => {
  it.each([
    ['a file', '[design](DESIGN.md)'],
    ['a heading of another file', '[truth](DESIGN.md#two-stores-one-truth)'],
    ['the second of two headings alike', '[keys](DESIGN.md#keys-1)'],
    ['a heading of its own', '# Start here\n\n[up](#start-here)'],
    ['an outside address, which is not followed', '[spec](https://example.org/spec)'],
    ['a link in a code block', '```\n[example](nowhere.md)\n```'],
    ['a file that is named', 'shown by gateway/test/audit.gateway.test.ts, `gateway/test`'],
    ['files of a pattern, and the beginning of a name', 'gateway/*/*.gateway.test.ts | gateway/test/audit |'],
    ['paths of other places', 'https://example.org/docs/x.ts, `@scope/gateway/x.ts`, ../tools/x.ts'],
    ['a script that exists', 'Run `npm run check`, then `npm start`.'],
  ])('accepts %s', async (_, text) => {
    expect(await violationsIn(text)).toEqual([]);
  });

  it.each([
    ['a file that is not there', 'see\n[gone](docs/gone.md)', 2, 'docs/gone.md'],
    ['a heading that is not there', '[keys](DESIGN.md#values)', 1, '#values'],
    ['an image that is not there', '![shape](shape.svg)', 1, 'shape.svg'],
    ['a reference that leads nowhere', '[gone]: gone.md', 1, 'gone.md'],
    ['a named file that is not there', 'shown by\ngateway/test/audits.gateway.test.ts', 2, 'audits.gateway.test.ts'],
    ['a pattern of no file', '| `gateway/*/*.service.test.ts` |', 1, 'gateway/*/*.service.test.ts'],
    ['a script that is not there', '```\nnpm run chekc\n```', 2, "'chekc'"],
    ['a short form whose script is not there', 'Then `npm test`.', 1, "'test'"],
  ])('finds %s', async (_, text, line, message) => {
    expect(await violationsIn(text)).toEqual([{ file: 'README.md', line, message: expect.stringContaining(message) }]);
  });
});
