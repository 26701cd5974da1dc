import { expect, test } from 'vitest';
import { UsageError } from '../../gateway/gateway-access.ts';
import { settingsFrom } from '../../review/settings.ts';

test('a review is neutral unless it is to take a side', () => {
  expect(settingsFrom(['a.pdf'], {})).toMatchObject({ position: 'neutral' });
  expect(settingsFrom(['--position', 'licensee', 'a.pdf'], {})).toMatchObject({ position: 'licensee' });
});

test('a side that there is not is refused with those that there are', () => {
  expect(() => settingsFrom(['--position', 'onlooker', 'a.pdf'], {})).toThrow(UsageError);
  expect(() => settingsFrom(['--position', 'onlooker', 'a.pdf'], {})).toThrow('neutral, customer, supplier, licensor');
});

test('a time that nobody waits is refused', () => {
  for (const seconds of ['0', '-1', 'soon', 'Infinity', '1e9']) {
    expect(() => settingsFrom([`--timeout=${seconds}`, 'a.pdf'], {}), seconds).toThrow('--timeout');
  }
});
