import { describe, expect, it } from 'vitest';
import { readSettings } from '../../rolling-restart/settings.ts';
import { UsageError } from '../../stack/settings.ts';

describe('the settings of the rolling restart', () => {
  it('have defaults, and can all be given', () => {
    expect(readSettings([])).toEqual({ rate: 60, each: 2, signal: 'SIGTERM', json: false });
    expect(readSettings(['--rate', '5', '--each', '1', '--kill', '--json'])).toEqual({
      rate: 5,
      each: 1,
      signal: 'SIGKILL',
      json: true,
    });
    expect(readSettings(['--help'])).toBe('help');
  });

  it.each([['--rate', '0'], ['--each', '3'], ['--each', 'all'], ['--fast']])('refuse %s %s', (...args) => {
    expect(() => readSettings(args.filter(Boolean))).toThrow(UsageError);
  });
});
