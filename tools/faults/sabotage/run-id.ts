import { RedisConnection } from '@contract-reviewer/platform/redis/connection';

const runId = Object.getOwnPropertyDescriptor(RedisConnection.prototype, 'runId')?.get as () => string | undefined;

/** Takes every Redis for the same one. */
Object.defineProperty(RedisConnection.prototype, 'runId', {
  get(this: RedisConnection) {
    return runId.call(this) && 'the one and only';
  },
});
