import { describe, expect, it } from 'vitest';
import { findMachineTraces } from '../../checks/portability.ts';

describe('the portability check', () => {
  // In pieces, or this file would be found by the check it tests.
  it.each([
    ['/home', '/ada/contracts'],
    ['/Users', '/ada/contracts'],
    ['file = "/work', '/contracts"'],
    ['https://regis', 'try.example.org/package.tgz'],
    ['https://np', 'm.pkg.example.com/package.tgz'],
    ['//mir', 'ror.example.org/debian'],
  ])('finds %s%s', (start, end) => {
    expect(findMachineTraces('notes.md', `first\n${start}${end}`)).toMatchObject([{ file: 'notes.md', line: 2 }]);
  });

  it.each([
    '/var/lib/postgresql',
    'https://example.org/home/ada',
    'src/work/queue.ts',
    'the npm registry',
    'GET /users/42',
  ])('accepts %s', (text) => {
    expect(findMachineTraces('notes.md', text)).toEqual([]);
  });
});
