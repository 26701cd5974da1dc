import { describe, expect, it } from 'vitest';
import { readSettings } from '../../fuzz/settings.ts';
import { UsageError } from '../../stack/settings.ts';

describe('npm run fuzz', () => {
  it('sends 20,000 requests to every route and every RPC, unless told otherwise', () => {
    const all = { requests: 20_000, only: undefined, target: '', json: false, publish: false };
    expect(readSettings([])).toEqual({ ...all, seed: expect.any(Number) });
    const args = [
      '--requests',
      '500',
      '--seed',
      '7',
      '--only',
      'grpc',
      '--target',
      'GetDocument',
      '--json',
      '--publish',
    ];
    expect(readSettings(args)).toEqual({
      requests: 500,
      seed: 7,
      only: 'grpc',
      target: 'GetDocument',
      json: true,
      publish: true,
    });
    expect(readSettings(['--help', '--seed', 'x'])).toBe('help');
  });

  it('refuses what it does not know', () => {
    for (const args of [['--requests', 'all'], ['--seed', '-1'], ['--only', 'soap'], ['GET'], ['--forever']]) {
      expect(() => readSettings(args)).toThrow(UsageError);
    }
  });
});
