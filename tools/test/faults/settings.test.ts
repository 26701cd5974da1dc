import { describe, expect, it } from 'vitest';
import { mechanisms } from '../../faults/mechanisms.ts';
import { faultKinds } from '../../faults/nemesis/fault-kinds.ts';
import { readSettings } from '../../faults/settings.ts';
import { UsageError } from '../../stack/settings.ts';

describe('npm run faults', () => {
  it('without a goal goes on for 300,000 operations and 100 faults of 8 kinds', () => {
    expect(readSettings([])).toMatchObject({ goal: { operations: 300_000, faults: 100, kinds: 8, seconds: 0 } });
  });

  it('with a goal reaches that alone', () => {
    expect(readSettings(['--seconds', '45', '--seed', '7'])).toEqual({
      goal: { operations: 0, faults: 0, kinds: 0, seconds: 45 },
      seed: 7,
      without: undefined,
      untilFound: false,
      json: false,
    });
    expect(readSettings(['--faults', '3'])).toMatchObject({ goal: { operations: 0, faults: 3, kinds: 0, seconds: 0 } });
  });

  it('refuses what it does not know', () => {
    for (const args of [['--without', 'luck'], ['--seconds', 'x'], ['--forever']]) {
      expect(() => readSettings(args)).toThrow(UsageError);
    }
  });
});

describe('the faults that expose a missing mechanism', () => {
  it('are kinds of faults', () => {
    const names = faultKinds.map(({ name }) => name);
    for (const { exposedBy } of Object.values(mechanisms))
      expect(names).toEqual(expect.arrayContaining([...exposedBy]));
  });
});
