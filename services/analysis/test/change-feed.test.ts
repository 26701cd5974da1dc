import { describe, expect, it } from 'vitest';
import { type Broadcast, ChangeFeed } from '../src/change-feed.ts';
import type { AnalysisId } from '../src/domain/analysis.ts';

const [mine, other] = ['mine', 'other'] as AnalysisId[] as [AnalysisId, AnalysisId];
const never = new AbortController().signal;

async function durationOf(work: Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work;
  return performance.now() - startedAt;
}

/** What one process publishes, all hear. */
function airOf(isListening: boolean): Broadcast {
  const listeners: ((message: string) => void)[] = [];
  return {
    isListening,
    publish: (message) => {
      for (const listener of listeners) listener(message);
    },
    onMessage: (listener) => listeners.push(listener),
  };
}

describe('a change feed', () => {
  it('wakes those who follow an analysis, in this process and in others, and nobody else', async () => {
    const air = airOf(true);
    const [here, there] = [new ChangeFeed(air), new ChangeFeed(air)];
    using local = here.follow(mine, { until: 'change' });
    using remote = there.follow(mine, { until: 'change' });
    using stranger = there.follow(other, { until: 'change' });
    const woken = Promise.all([local.next(never), remote.next(never)]).then(() => undefined);
    const slept = durationOf(stranger.next(never));
    here.announce(mine);
    expect(await durationOf(woken)).toBeLessThan(500);
    expect(await slept).toBeGreaterThan(900);
  });

  it('loses no change between two looks', async () => {
    const feed = new ChangeFeed(airOf(true));
    using following = feed.follow(mine, { until: 'change' });
    feed.announce(mine);
    expect(await durationOf(following.next(never))).toBeLessThan(500);
    expect(await durationOf(following.next(never))).toBeGreaterThan(900);
  });

  it('wakes those who wait for the end only for what may be the end', async () => {
    const air = airOf(true);
    const [here, there] = [new ChangeFeed(air), new ChangeFeed(air)];
    for (const feed of [here, there]) {
      using each = feed.follow(mine, { until: 'change' });
      using end = feed.follow(mine, { until: 'end' });
      here.announceProgress(mine);
      expect(await durationOf(each.next(never))).toBeLessThan(500);
      expect(await durationOf(end.next(never))).toBeGreaterThan(900);
      here.announce(mine);
      expect(await durationOf(each.next(never))).toBeLessThan(500);
      expect(await durationOf(end.next(never))).toBeLessThan(500);
    }
  });

  it('looks by itself, more often while no messages come', async () => {
    using quiet = new ChangeFeed().follow(mine, { until: 'change' });
    expect(await durationOf(quiet.next(never))).toBeLessThan(800);
    using deaf = new ChangeFeed(airOf(false)).follow(mine, { until: 'change' });
    expect(await durationOf(deaf.next(never))).toBeLessThan(800);
  });

  it('ends a wait with its limit or its signal', async () => {
    using following = new ChangeFeed().follow(mine, { until: 'change' });
    expect(await durationOf(following.next(never, 20))).toBeLessThan(200);
    expect(await durationOf(following.next(AbortSignal.abort()))).toBeLessThan(50);
  });
});
