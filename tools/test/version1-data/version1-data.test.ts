import { createHash } from 'node:crypto';
import { isIdentifier } from '@contract-reviewer/platform/identifier';
import { startRedis } from '@contract-reviewer/platform/testing/test-redis';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { faults, isFault } from '../../version1-data/entry.ts';
import { plant } from '../../version1-data/plant.ts';
import { settingsFrom } from '../../version1-data/settings.ts';
import { version1Data } from '../../version1-data/version1-data.ts';

const options = { analyses: 2200, seed: 3, ownerId: 'owner', nearExpiryMs: { from: 5000, to: 60_000 } };

it('the same seed brings the same data, and another one other ids', () => {
  const entries = [...version1Data(options)];
  expect([...version1Data(options)]).toEqual(entries);
  const keys = new Set(entries.map(({ key }) => key));
  expect(keys.size).toBe(entries.length);
  expect([...version1Data({ ...options, seed: 4 })].filter(({ key }) => keys.has(key))).toEqual([]);
});

it('of each hundred analyses one does not fit, in every way, and one expires soon', () => {
  const entries = [...version1Data(options)];
  const spoiled = entries.map(({ fate }) => fate).filter(isFault);
  expect(spoiled).toHaveLength(22);
  expect(new Set(spoiled)).toEqual(new Set(faults));
  expect(entries.filter(({ ttlMs = Infinity }) => ttlMs <= 60_000)).toHaveLength(22);
  const ids = entries
    .filter(({ family, fate }) => family === 'analysis' && fate === 'imported')
    .map(({ key }) => key.slice('analysis:'.length));
  expect(ids.every(isIdentifier)).toBe(true);
  expect(ids.some((id) => !/^[0-9a-f-]{36}$/.test(id))).toBe(true);
});

it('what was planted is told entry by entry, and stands in Redis with its type and its time to live', async () => {
  await using server = await startRedis([]);
  using stack = new DisposableStack();
  const redis = stack.adopt(new Redis(server.url('admin')), (client) => client.disconnect());
  const planted = await plant(redis, version1Data({ ...options, analyses: 1200 }));
  expect(await redis.dbsize()).toBe(planted.length);
  for (const { key, type, sha256, ttlMs } of planted) {
    expect(await redis.type(key)).toBe(type);
    const value = type === 'list' ? await redis.lindexBuffer(key, 0) : await redis.getBuffer(key);
    expect(
      createHash('sha256')
        .update(value as Buffer)
        .digest('hex'),
    ).toBe(sha256);
    const left = await redis.pttl(key);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(ttlMs ?? 0);
  }
});

it('the command refuses what it cannot use', () => {
  expect(() => settingsFrom([], {})).toThrow('V1_REDIS_URL');
  expect(() => settingsFrom(['--analyses', 'many'], { V1_REDIS_URL: 'redis://localhost' })).toThrow('whole number');
  expect(() => settingsFrom(['--all'], { V1_REDIS_URL: 'redis://localhost' })).toThrow('--all');
});
