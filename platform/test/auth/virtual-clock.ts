import type { Clock, MonotonicMs } from '../../src/clock.ts';

/** Time that passes when a test says so. */
export class VirtualClock implements Clock {
  #now = 1_000_000;

  now(): MonotonicMs {
    return this.#now as MonotonicMs;
  }

  async sleep(ms: number): Promise<void> {
    this.pass(ms);
  }

  pass(ms: number): void {
    this.#now += ms;
  }
}
