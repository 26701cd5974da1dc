import { expect, it } from 'vitest';
import { measureEndurance } from '../../endurance/endurance.ts';

it('a channel takes 20,000 calls over changing connections (long form: npm run endurance)', async () => {
  const { calls, failures, growth } = await measureEndurance(20_000, new AbortController().signal);
  expect(calls).toBe(20_000);
  expect(failures).toEqual({});
  // After so few calls more of it is code than data; the limit of the long form is 10 %.
  expect(Math.max(growth.client, growth.server)).toBeLessThan(0.6);
}, 120_000);
