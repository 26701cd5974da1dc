import { setTimeout } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { Periodic } from '../../src/periodic.ts';
import { silentLogger } from '../shelf/shelf-stores.ts';

const options = { name: 'test', intervalMs: 10, logger: silentLogger };

it('a periodic task runs again and again, never twice at once, and goes on after a failure', async () => {
  let rounds = 0;
  let running = 0;
  await using periodic = new Periodic(options, async () => {
    running += 1;
    expect(running).toBe(1);
    await setTimeout(15);
    running -= 1;
    rounds += 1;
    if (rounds === 1) throw new Error('the first round fails');
  });
  periodic.start();
  await vi.waitUntil(() => rounds >= 3, { timeout: 10_000 });
});

it('a periodic task that is disposed of ends its round and begins no other', async () => {
  const begun = Promise.withResolvers<void>();
  let rounds = 0;
  const periodic = new Periodic(options, async () => {
    begun.resolve();
    await setTimeout(50);
    rounds += 1;
  });
  periodic.start();
  await begun.promise;
  await periodic[Symbol.asyncDispose]();
  expect(rounds).toBe(1);
  await setTimeout(50);
  expect(rounds).toBe(1);
});
