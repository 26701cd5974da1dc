import { describe, expect, it } from 'vitest';
import { phaseOf } from '../../outage/phase.ts';
import { readSettings } from '../../outage/settings.ts';
import { UsageError } from '../../stack/settings.ts';

describe('npm run outage', () => {
  it('lets Redis hang for 30 s under 200 reads a second, unless told otherwise', () => {
    expect(readSettings([])).toEqual({ seconds: 30, rate: 200, limitMs: 300, json: false });
    expect(readSettings(['--seconds', '5', '--rate', '50', '--limit-ms', '800', '--json'])).toEqual({
      seconds: 5,
      rate: 50,
      limitMs: 800,
      json: true,
    });
    expect(readSettings(['--help', '--rate', '1'])).toBe('help');
  });

  it('refuses what it does not know', () => {
    for (const args of [['--seconds', '0'], ['--rate', 'x'], ['--limit-ms', '-1'], ['--forever']]) {
      expect(() => readSettings(args)).toThrow(UsageError);
    }
  });
});

it('a phase counts what was due in it, and reads without an answer among the failures', () => {
  const samples = [
    { at: 0, ms: 1, status: 200, isHit: true },
    { at: 10, ms: 2, status: 200, isHit: true },
    { at: 20, ms: 3, status: 200, isHit: true },
    { at: 30, ms: 400, status: 503, isHit: false },
    { at: 40, ms: 900, status: undefined, isHit: false },
    { at: 50, ms: 1, status: 200, isHit: true },
  ];
  expect(phaseOf(samples, 10, 50)).toEqual({ reads: 4, p50: 400, p99: 900, max: 900, failures: 2, hits: 0.5 });
  expect(phaseOf(samples, 60, 70)).toEqual({ reads: 0, p50: 0, p99: 0, max: 0, failures: 0, hits: 0 });
});
