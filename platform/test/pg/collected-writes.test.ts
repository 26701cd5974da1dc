import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { CollectedWrites } from '../../src/pg/collected-writes.ts';
import { currentRequest, runDetached } from '../../src/request-context.ts';

/** Says of each item that it was written, when it is told to. */
function writes() {
  const transactions: {
    items: readonly string[];
    signal: AbortSignal | undefined;
    end: PromiseWithResolvers<void>;
  }[] = [];
  const collected = new CollectedWrites<string, string>(async (items) => {
    const end = Promise.withResolvers<void>();
    transactions.push({ items, signal: currentRequest()?.signal, end });
    await end.promise;
    return items.map((item) => `${item} written`);
  });
  return { collected, transactions };
}

it('what is asked for in one turn is one transaction, and each hears of its own', async () => {
  const { collected, transactions } = writes();
  const outcomes = Promise.all(['a', 'b', 'a'].map((item) => collected.write(item)));
  await turn();
  transactions[0]?.end.resolve();
  expect(await outcomes).toEqual(['a written', 'b written', 'a written']);
  expect(transactions.map(({ items }) => items)).toEqual([['a', 'b', 'a']]);
});

it('what comes while four transactions are under way is collected for the next, 64 at most', async () => {
  const { collected, transactions } = writes();
  const all: Promise<string>[] = [];
  for (let item = 0; item < 4; item += 1) {
    all.push(collected.write(`${item}`));
    await turn();
  }
  for (let item = 4; item < 104; item += 1) {
    all.push(collected.write(`${item}`));
    if (item % 10 === 0) await turn();
  }
  expect(transactions).toHaveLength(4);
  for (let ended = 0; ended < 6; ended += 1) {
    transactions[ended]?.end.resolve();
    await turn();
  }
  expect(await Promise.all(all)).toHaveLength(104);
  expect(transactions.map(({ items }) => items.length)).toEqual([1, 1, 1, 1, 64, 36]);
});

it('a transaction that fails fails all who are in it, and the next goes on', async () => {
  const { collected, transactions } = writes();
  const outcomes = Promise.allSettled([collected.write('a'), collected.write('b')]);
  await turn();
  transactions[0]?.end.reject(new Error('no disk'));
  for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { message: 'no disk' } });
  const next = collected.write('c');
  await turn();
  transactions[1]?.end.resolve();
  expect(await next).toBe('c written');
});

it('who goes is let go at once, and the transaction ends with the last', async () => {
  const { collected, transactions } = writes();
  const [one, other] = [new AbortController(), new AbortController()];
  const outcomes = [one, other].map(({ signal }) => runDetached(() => collected.write('a'), signal));
  await turn();
  one.abort(new Error('one has gone'));
  await expect(outcomes[0]).rejects.toThrow('one has gone');
  expect(transactions[0]?.signal?.aborted).toBe(false);
  other.abort(new Error('the other has gone'));
  await expect(outcomes[1]).rejects.toThrow('the other has gone');
  expect(transactions[0]?.signal?.aborted).toBe(true);
});
