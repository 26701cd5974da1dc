import { describe, expect, it } from 'vitest';
import type { Overload } from '../../overload/overload.ts';
import { excessesOf } from '../../overload/report.ts';
import { readSettings } from '../../overload/settings.ts';
import { UsageError } from '../../stack/settings.ts';

describe('npm run overload', () => {
  it('offers three times the reads and ten times the reviews for a minute each, unless told otherwise', () => {
    expect(readSettings([])).toEqual({
      seconds: 60,
      peakSeconds: 15,
      times: { reads: 3, reviews: 10 },
      connections: 1000,
      only: ['reads', 'reviews'],
      json: false,
      publish: false,
    });
    expect(readSettings(['--only', 'reads', '--reads', '5'])).toMatchObject({ only: ['reads'], times: { reads: 5 } });
    expect(readSettings(['--help', '--seconds', '1'])).toBe('help');
  });

  it('refuses what it does not know', () => {
    for (const args of [['--seconds', '0'], ['--reads', 'x'], ['--only', 'writes'], ['--forever']]) {
      expect(() => readSettings(args)).toThrow(UsageError);
    }
  });
});

it('an overload is judged by what was done, by refusals, by memory and by how soon it is over', () => {
  const refused = { count: 100, p50: 1, p99: 49, max: 90 };
  const good: Overload = {
    peakPerSecond: 100,
    offeredPerSecond: 300,
    goodputPerSecond: 81,
    unloadedMs: 2,
    overloaded: { done: refused, refused, failures: {}, unsent: 0, seconds: 60 },
    memory: { gateway: { beforeMb: 100, peakMb: 200, growth: 1.1 } },
    fullSpeedAfterMs: 4999,
  };
  expect(excessesOf('reads', good)).toEqual([]);
  const bad: Overload = {
    ...good,
    goodputPerSecond: 79,
    overloaded: { ...good.overloaded, failures: { '500 GET /api': 1 }, refused: { ...refused, p99: 51 } },
    memory: { gateway: { beforeMb: 100, peakMb: 200, growth: 1.3 } },
    fullSpeedAfterMs: undefined,
  };
  expect(excessesOf('reads', bad)).toEqual([
    'reads: less was done than 80 % of the peak',
    'reads: refusals took more than 50 ms',
    'reads: 1 failed instead of being refused: 500 GET /api',
    'reads: the memory of gateway went on growing',
    'reads: full speed was not back within 5 s',
  ]);
});
