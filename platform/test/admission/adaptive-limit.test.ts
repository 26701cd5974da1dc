import { expect, it } from 'vitest';
import { AdaptiveLimit } from '../../src/admission/adaptive-limit.ts';

const options = { initial: 100, min: 10, max: 200, acceptableMs: 0 };

/** Rounds of ten answers each. */
function adapt(limit: AdaptiveLimit, rounds: number, latencyMs: number, { loopDelayMs = 0, wasUsedUp = true } = {}) {
  for (let round = 0; round < rounds; round += 1) {
    for (let answer = 0; answer < 10; answer += 1) limit.observe('reading', latencyMs);
    limit.adapt(loopDelayMs, wasUsedUp);
  }
}

it('a limit that is used up rises as long as answers take no longer, and no further than it may', () => {
  const limit = new AdaptiveLimit(options);
  adapt(limit, 5, 10);
  expect(limit.value).toBeGreaterThan(110);
  adapt(limit, 100, 10);
  expect(limit.value).toBe(200);
});

it('falls while answers take many times what they take of an idle system, and no further than it may', () => {
  const limit = new AdaptiveLimit(options);
  adapt(limit, 5, 10, { wasUsedUp: false });
  adapt(limit, 5, 100);
  expect(limit.value).toBeLessThan(65);
  adapt(limit, 100, 100);
  expect(limit.value).toBe(10);
});

it('does not take a latency for congestion that is acceptable anyway', () => {
  const limit = new AdaptiveLimit({ ...options, acceptableMs: 150 });
  adapt(limit, 5, 1, { wasUsedUp: false });
  adapt(limit, 5, 100);
  expect(limit.value).toBeGreaterThan(100);
});

it('compares each kind of work with itself', () => {
  const limit = new AdaptiveLimit(options);
  adapt(limit, 5, 10, { wasUsedUp: false });
  for (let answer = 0; answer < 20; answer += 1) limit.observe('rendering', 1000);
  limit.adapt(0, true);
  expect(limit.value).toBeGreaterThan(100);
});

it('falls when the event loop is late, also if nothing is ever answered', () => {
  const limit = new AdaptiveLimit(options);
  for (let round = 0; round < 5; round += 1) limit.adapt(100, true);
  expect(limit.value).toBeLessThan(65);
});

it('stays where it is when nobody comes up to it', () => {
  const limit = new AdaptiveLimit(options);
  adapt(limit, 50, 10, { wasUsedUp: false });
  adapt(limit, 50, 1000, { wasUsedUp: false, loopDelayMs: 100 });
  expect(limit.value).toBe(100);
});

it('takes for normal, in time, what has become slower for good', () => {
  const limit = new AdaptiveLimit(options);
  adapt(limit, 5, 10, { wasUsedUp: false });
  adapt(limit, 200, 60, { wasUsedUp: false });
  adapt(limit, 5, 60);
  expect(limit.value).toBeGreaterThan(100);
});
