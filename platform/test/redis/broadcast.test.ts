import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { RedisBroadcast } from '../../src/redis/broadcast.ts';
import { startRedis, type TestRedis } from '../../src/testing/test-redis.ts';

const logger = createLogger({ service: 'broadcast test', level: 'silent' });
const user = { name: 'teller', keys: [], channels: ['news:*'] };

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());
let redis: TestRedis;
beforeAll(async () => {
  redis = stack.use(await startRedis([user]));
});

function open(channel = 'news:today') {
  const broadcast = stack.use(new RedisBroadcast({ url: redis.url(user.name), channel, logger }));
  const heard: string[] = [];
  broadcast.onMessage((message) => heard.push(message));
  broadcast.connect();
  return { broadcast, heard };
}

/** Publishes until it is heard, since a message is dropped while either end has no connection. */
async function publishUntilHeard(from: RedisBroadcast, message: string, heard: string[]): Promise<void> {
  await expect
    .poll(
      () => {
        from.publish(message);
        return heard;
      },
      { timeout: 10_000 },
    )
    .toContain(message);
}

describe('a broadcast', () => {
  it('reaches every process that listens, its own included, and again after Redis was away', async () => {
    const first = open();
    const second = open();
    await publishUntilHeard(first.broadcast, 'one', second.heard);
    expect(first.heard).toContain('one');
    expect(second.broadcast.isListening).toBe(true);

    await redis.stop();
    await expect.poll(() => second.broadcast.isListening).toBe(false);
    first.broadcast.publish('dropped');

    await redis.restart();
    await publishUntilHeard(first.broadcast, 'two', second.heard);
    expect(second.broadcast.isListening).toBe(true);
    expect(second.heard).not.toContain('dropped');
  });

  it('says that it does not listen on a channel that is not its own', async () => {
    const { broadcast } = open('others:today');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(broadcast.isListening).toBe(false);
  });
});
