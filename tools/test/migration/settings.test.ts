import { expect, it } from 'vitest';
import { settingsFrom, usage } from '../../migration/settings.ts';

const env = { CONTRACT_REVIEWER_URL: 'http://127.0.0.1:8080' };

it.each(['status', 'backfill', 'verify', 'advance', 'rollback', 'set-aside'])('knows the command %s', (command) => {
  expect(settingsFrom([command, '--json'], env)).toMatchObject({
    command,
    json: true,
    confirm: false,
    owner: undefined,
  });
  expect(usage).toContain(`  ${command} `);
});

it('takes an owner for a backfill and a confirmation for an advance', () => {
  expect(settingsFrom(['backfill', '--owner', 'a@example.test'], env)).toMatchObject({ owner: 'a@example.test' });
  expect(settingsFrom(['advance', '--confirm'], env)).toMatchObject({ confirm: true });
  expect(settingsFrom(['--help'], env)).toBe('help');
});

it.each([
  ['no command', []],
  ['an unknown command', ['force']],
  ['two commands', ['verify', 'advance']],
  ['an owner elsewhere', ['verify', '--owner', 'a@example.test']],
  ['a confirmation elsewhere', ['rollback', '--confirm']],
  ['an unknown option', ['advance', '--force']],
])('refuses %s', (_what, args) => {
  expect(() => settingsFrom(args, env)).toThrow(expect.objectContaining({ name: 'UsageError' }));
});
