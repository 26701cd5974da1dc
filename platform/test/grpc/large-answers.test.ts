import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LargeAnswers } from '../../src/grpc/large-answers.ts';

const soon = () => Date.now() + 10_000;

/** Calls of which the test decides when they end. */
function heldCalls() {
  const begun: PromiseWithResolvers<number>[] = [];
  return {
    begun,
    call: () => {
      const call = Promise.withResolvers<number>();
      begun.push(call);
      return call.promise;
    },
  };
}

describe('calls whose answers are large', () => {
  it('are made eight at a time, in the order of their coming', async () => {
    const answers = new LargeAnswers();
    const { begun, call } = heldCalls();
    const order: number[] = [];
    const calls = Array.from({ length: 20 }, (_, number) =>
      answers.call(
        () => {
          order.push(number);
          return call();
        },
        soon(),
        undefined,
      ),
    );
    await sleep(1);
    expect(begun.length).toBe(8);
    for (let ended = 0; ended < calls.length; ended += 1) {
      begun[ended]?.resolve(ended);
      await sleep(1);
      expect(begun.length).toBe(Math.min(8 + ended + 1, calls.length));
    }
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 20 }, (_, number) => number));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('make room when they fail', async () => {
    const answers = new LargeAnswers();
    const failing = Array.from({ length: 8 }, () =>
      answers.call(() => Promise.reject(new Error('lost')), soon(), undefined),
    );
    const next = answers.call(async () => 'made', soon(), undefined);
    expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(Array(8).fill('rejected'));
    expect(await next).toBe('made');
  });

  it('are not made once their caller has gone or their time is over, and keep nobody from their turn', async () => {
    const answers = new LargeAnswers();
    const { begun, call } = heldCalls();
    const first = Array.from({ length: 8 }, () => answers.call(call, soon(), undefined));
    const leaving = new AbortController();
    const left = answers.call(call, soon(), leaving.signal);
    const gone = answers.call(call, soon(), AbortSignal.abort(new Error('gone')));
    const late = answers.call(call, Date.now() + 5, undefined);
    const patient = answers.call(async () => 'made', soon(), undefined);
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    await expect(gone).rejects.toThrow('gone');
    await expect(late).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    begun[0]?.resolve(0);
    expect(await patient).toBe('made');
    expect(begun.length).toBe(8);
    for (const each of begun) each.resolve(0);
    await Promise.all(first);
  });
});
