import { describe, expect, it } from 'vitest';
import { Flights } from '../../src/cache/flights.ts';

/** Loads whose moments of start and end the test decides; each answers with its own number. */
function controlledLoads() {
  const loads: PromiseWithResolvers<number>[] = [];
  return {
    get started() {
      return loads.length;
    },
    load: () => {
      const load = Promise.withResolvers<number>();
      loads.push(load);
      return load.promise;
    },
    finish: (number: number) => loads[number - 1]?.resolve(number),
    fail: (number: number) => loads[number - 1]?.reject(new Error(`load ${number} failed`)),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('single-flight', () => {
  it('costs two loads for any number of callers: one flies, the others share the next', async () => {
    const flights = new Flights<number>();
    const loads = controlledLoads();
    const first = flights.join('key', loads.load);
    const others = Array.from({ length: 499 }, () => flights.join('key', loads.load));
    loads.finish(1);
    expect(await first).toBe(1);
    await settled();
    loads.finish(2);
    expect(new Set(await Promise.all(others))).toEqual(new Set([2]));
    expect(loads.started).toBe(2);
  });

  it('never answers with a load that began before the caller asked', async () => {
    const flights = new Flights<number>();
    const loads = controlledLoads();
    const first = flights.join('key', loads.load);
    const second = flights.join('key', loads.load);
    loads.finish(1);
    // Joins in the very moment in which the first lands, and again when the second has taken off.
    const third = flights.join('key', loads.load);
    await settled();
    expect(loads.started).toBe(2);
    const fourth = flights.join('key', loads.load);
    loads.finish(2);
    await settled();
    expect(loads.started).toBe(3);
    loads.finish(3);
    expect(await Promise.all([first, second, third, fourth])).toEqual([1, 2, 2, 3]);
  });

  it('flies again after a failure, which only its own callers see', async () => {
    const flights = new Flights<number>();
    const loads = controlledLoads();
    const first = flights.join('key', loads.load);
    const second = flights.join('key', loads.load);
    loads.fail(1);
    await expect(first).rejects.toThrow('load 1 failed');
    await settled();
    loads.finish(2);
    expect(await second).toBe(2);
  });

  it('keeps keys apart, and nothing of a key that is on the ground', async () => {
    const flights = new Flights<number>();
    const loads = controlledLoads();
    const both = [flights.join('a', loads.load), flights.join('b', loads.load)];
    expect(loads.started).toBe(2);
    loads.finish(1);
    loads.finish(2);
    await Promise.all(both);
    await settled();
    const again = flights.join('a', loads.load);
    loads.finish(3);
    expect(await again).toBe(3);
  });

  describe('whose callers may leave', () => {
    const left = new Error('left');
    /** Loads that end only when they are broken off, and how many were. */
    function endlessLoads() {
      const loads = { started: 0, brokenOff: 0, load: (gone: AbortSignal) => load(gone) };
      const load = (gone: AbortSignal) => {
        loads.started += 1;
        const broken = Promise.withResolvers<number>();
        const breakOff = () => {
          loads.brokenOff += 1;
          broken.reject(new Error('broken off'));
        };
        gone.addEventListener('abort', breakOff);
        if (gone.aborted) breakOff();
        return broken.promise;
      };
      return loads;
    }

    it('lets each go at once, and breaks a flight off when the last has gone', async () => {
      const flights = new Flights<number>();
      const loads = endlessLoads();
      const callers = [new AbortController(), new AbortController(), new AbortController()] as const;
      const [first, second, third] = callers.map(({ signal }) => flights.join('key', loads.load, signal));
      callers[0].abort(left);
      await expect(first).rejects.toBe(left);
      await settled();
      expect(loads).toMatchObject({ started: 2, brokenOff: 1 });
      callers[1].abort(left);
      await expect(second).rejects.toBe(left);
      expect(loads.brokenOff).toBe(1);
      callers[2].abort(left);
      await expect(third).rejects.toBe(left);
      expect(loads.brokenOff).toBe(2);
    });

    it('does not break off a flight that somebody joined after all others had left it', async () => {
      const flights = new Flights<number>();
      const loads = controlledLoads();
      const first = flights.join('key', loads.load);
      const leaving = new AbortController();
      let isBrokenOff: boolean | undefined;
      const load = (gone: AbortSignal) => {
        isBrokenOff = gone.aborted;
        return loads.load();
      };
      const second = flights.join('key', load, leaving.signal);
      leaving.abort(left);
      await expect(second).rejects.toBe(left);
      const third = flights.join('key', load, new AbortController().signal);
      loads.finish(1);
      await first;
      await settled();
      loads.finish(2);
      expect(await third).toBe(2);
      expect(isBrokenOff).toBe(false);
    });
  });
});
