import { describe, expect, it } from 'vitest';
import { settingsFrom } from '../../audit/settings.ts';
import { UsageError } from '../../gateway/gateway-access.ts';

const env = { CONTRACT_REVIEWER_URL: 'http://gateway' };

describe('npm run audit', () => {
  it('takes a command with its options', () => {
    const args = ['verify', '--head', 'h', '--archive', 'a', '--archive', 'b'];
    expect(settingsFrom(args, env)).toEqual({
      command: { name: 'verify', head: 'h', log: undefined, archives: ['a', 'b'], json: false },
      url: new URL('http://gateway'),
    });
    expect(settingsFrom(['seal', '--before', '2026-01-01T00:00:00Z', '--out', 'o'], env)).toMatchObject({
      command: { before: new Date('2026-01-01T00:00:00Z') },
    });
    expect(settingsFrom(['new-key'], { ...env, DATA_DIR: '/data' })).toMatchObject({
      command: { file: '/data/audit-key' },
    });
  });

  it.each([
    [[]],
    [['prove']],
    [['head', 'verify']],
    [['verify']],
    [['verify', '--head', 'h', '--user', 'u']],
    [['erase']],
    [['seal', '--before', 'then', '--out', 'o']],
    [['seal', '--before', '2026-01-01']],
    [['export', '--everything']],
  ])('refuses %j', (args) => {
    expect(() => settingsFrom(args, env)).toThrow(UsageError);
  });
});
