import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ProgressReporter } from '../src/progress-reporter.ts';

const progress = (fraction: number) => ({ stage: 'clauses', fraction });

describe('a progress reporter', () => {
  it('writes the newest progress, five times a second at most', async () => {
    const written: number[] = [];
    await using reporter = new ProgressReporter(async ({ fraction }) => {
      written.push(fraction);
    });
    for (let step = 0; step <= 50; step += 1) {
      reporter.report(progress(step / 50));
      await sleep(10);
    }
    await sleep(250);
    expect(written).toEqual(written.toSorted((a, b) => a - b));
    expect(written.at(-1)).toBe(1);
    expect(written.length).toBeGreaterThanOrEqual(2);
    expect(written.length).toBeLessThanOrEqual(5);
  });

  it('writes nothing of what is soon over', async () => {
    const written: number[] = [];
    {
      await using reporter = new ProgressReporter(async ({ fraction }) => {
        written.push(fraction);
      });
      reporter.report(progress(0.1));
      reporter.report(progress(0.9));
    }
    await sleep(300);
    expect(written).toEqual([]);
  });

  it('writes nothing after its end, and ends after what it was writing', async () => {
    const begun = Promise.withResolvers<void>();
    const written: number[] = [];
    const reporter = new ProgressReporter(async ({ fraction }) => {
      begun.resolve();
      await sleep(50);
      written.push(fraction);
    });
    reporter.report(progress(0.1));
    await begun.promise;
    reporter.report(progress(0.2));
    await reporter[Symbol.asyncDispose]();
    expect(written).toEqual([0.1]);
    await sleep(300);
    expect(written).toEqual([0.1]);
  });
});
