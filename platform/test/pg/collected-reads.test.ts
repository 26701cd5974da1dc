import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { CollectedReads } from '../../src/pg/collected-reads.ts';
import { currentRequest, runDetached } from '../../src/request-context.ts';

/** Answers with the key itself, but for `nobody`, when it is told to. */
function reads() {
  const statements: { keys: readonly string[]; signal: AbortSignal | undefined; end: PromiseWithResolvers<void> }[] =
    [];
  const collected = new CollectedReads<string, string>(async (keys) => {
    const end = Promise.withResolvers<void>();
    statements.push({ keys, signal: currentRequest()?.signal, end });
    await end.promise;
    return new Map(keys.filter((key) => key !== 'nobody').map((key) => [key, key]));
  });
  return { collected, statements };
}

it('what is asked for in one turn is one statement, each key once', async () => {
  const { collected, statements } = reads();
  const answers = Promise.all(['a', 'b', 'nobody', 'a'].map((key) => collected.read(key)));
  await turn();
  statements[0]?.end.resolve();
  expect(await answers).toEqual(['a', 'b', undefined, 'a']);
  expect(statements.map(({ keys }) => keys)).toEqual([['a', 'b', 'nobody']]);
});

it('what is asked for later is read later, though the same is being read', async () => {
  const { collected, statements } = reads();
  const first = collected.read('a');
  await turn();
  const second = collected.read('a');
  await turn();
  expect(statements).toHaveLength(2);
  for (const { end } of statements) end.resolve();
  expect(await Promise.all([first, second])).toEqual(['a', 'a']);
});

it('many keys are several statements', async () => {
  const { collected, statements } = reads();
  const answers = Promise.all(Array.from({ length: 150 }, (_, index) => collected.read(`${index}`)));
  await turn();
  for (const { end } of statements) end.resolve();
  expect((await answers).length).toBe(150);
  expect(statements.map(({ keys }) => keys.length)).toEqual([64, 64, 22]);
});

it('who goes is let go at once, and the statement ends with the last', async () => {
  const { collected, statements } = reads();
  const [one, other] = [new AbortController(), new AbortController()];
  const answers = [one, other].map(({ signal }) => runDetached(() => collected.read('a'), signal));
  await turn();
  one.abort(new Error('one has gone'));
  await expect(answers[0]).rejects.toThrow('one has gone');
  expect(statements[0]?.signal?.aborted).toBe(false);
  other.abort(new Error('the other has gone'));
  await expect(answers[1]).rejects.toThrow('the other has gone');
  expect(statements[0]?.signal?.aborted).toBe(true);
});

it('a statement that fails fails those who wait for it and nobody later', async () => {
  const { collected, statements } = reads();
  const failing = Promise.allSettled([collected.read('a'), collected.read('b')]);
  await turn();
  statements[0]?.end.reject(new Error('no connection'));
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const next = collected.read('a');
  await turn();
  statements[1]?.end.resolve();
  expect(await next).toBe('a');
});
