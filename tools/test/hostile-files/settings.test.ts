import { expect, test } from 'vitest';
import { readSettings } from '../../hostile-files/settings.ts';
import { UsageError } from '../../stack/settings.ts';

test('files are written, to a place and with an address that they try to reach', () => {
  expect(readSettings(['--out', 'files', '--only', '^pdf', '--canary', 'http://example.test/a/'])).toEqual({
    do: 'write',
    directory: 'files',
    canary: 'http://example.test/a/',
    only: /^pdf/,
  });
});

test('or they are sent to a system', () => {
  expect(readSettings(['--run', '--report', 'report.md'])).toEqual({ do: 'run', report: 'report.md', only: /(?:)/ });
});

test.each([
  ['neither is asked for', []],
  ['both are', ['--run', '--out', 'files']],
  ['a report of no run is', ['--out', 'files', '--report', 'report.md']],
  ['the pattern is none', ['--run', '--only', '(']],
  ['the address is none', ['--out', 'files', '--canary', 'nowhere']],
])('it is refused when %s', (_what, args) => {
  expect(() => readSettings(args)).toThrow(UsageError);
});
