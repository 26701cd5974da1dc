import { runInRequest } from '@contract-reviewer/platform/request-context';
import { expect, it } from 'vitest';
import { AttemptLanes } from '../../src/passwords/attempt-lanes.ts';

/** Work that ends when it is told to. */
function controlled() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { work: () => promise, end: resolve };
}

it('runs so many at once and the others in their turn, those of the lane familiar first, also after a failure', async () => {
  const lanes = new AttemptLanes(1, 10);
  const first = controlled();
  const order: string[] = [];
  const enter = (lane: 'familiar' | 'strange', name: string) =>
    lanes.run(lane, [], async () => {
      order.push(name);
      if (name === 'fails') throw new Error('wrong');
    });
  const running = [
    lanes.run('strange', [], first.work),
    enter('strange', 'strange 1'),
    enter('strange', 'strange 2'),
    enter('familiar', 'fails'),
    enter('familiar', 'familiar 2'),
  ];
  expect(order).toEqual([]);
  first.end();
  const outcomes = await Promise.allSettled(running);
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(order).toEqual(['fails', 'familiar 2', 'strange 1', 'strange 2']);
  await expect(lanes.run('strange', [], async () => 'free again')).resolves.toBe('free again');
});

it('is full lane by lane', async () => {
  const lanes = new AttemptLanes(1, 1);
  const first = controlled();
  const running = [lanes.run('strange', [], first.work), lanes.run('strange', [], async () => undefined)];
  expect([lanes.isFull('strange', []), lanes.isFull('familiar', [])]).toEqual([true, false]);
  first.end();
  await Promise.all(running);
  expect(lanes.isFull('strange', [])).toBe(false);
});

it('is full for one account before it is for others, lane by lane, and is not any more once theirs have run', async () => {
  const lanes = new AttemptLanes(1, 10);
  const first = controlled();
  const account = { key: 'account', maxWaiting: 2 };
  const other = { key: 'other', maxWaiting: 2 };
  const running = [
    lanes.run('strange', [account], first.work),
    lanes.run('strange', [account, other], async () => undefined),
    lanes.run('strange', [account], async () => undefined),
  ];
  expect(lanes.isFull('strange', [account])).toBe(true);
  expect(lanes.isFull('strange', [other])).toBe(false);
  expect(lanes.isFull('strange', [other, account])).toBe(true);
  expect(lanes.isFull('familiar', [account])).toBe(false);
  first.end();
  await Promise.all(running);
  expect(lanes.isFull('strange', [account])).toBe(false);
});

it('does nothing for who has gone away while waiting', async () => {
  const lanes = new AttemptLanes(1, 10);
  const first = controlled();
  const running = lanes.run('strange', [], first.work);
  const gone = new AbortController();
  const request = { requestId: 'x', signal: gone.signal, deadline: Infinity, cacheHits: 0, cacheMisses: 0 };
  let done = false;
  const waiting = runInRequest(request, () =>
    lanes.run('strange', [], async () => {
      done = true;
    }),
  );
  gone.abort(new Error('gone'));
  first.end();
  await expect(waiting).rejects.toThrow('gone');
  await running;
  expect(done).toBe(false);
});
