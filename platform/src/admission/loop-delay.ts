import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Every time wakes the process up, which has nothing else to do most of the time. */
const resolutionMs = 20;
const nanoseconds = 1e6;

/** How late the event loop comes to what it has to do. */
export class LoopDelay implements Disposable {
  readonly #histogram = monitorEventLoopDelay({ resolution: resolutionMs });

  constructor() {
    this.#histogram.enable();
  }

  /** On average since the last time, in milliseconds. */
  take(): number {
    const { count, mean } = this.#histogram;
    this.#histogram.reset();
    // Each value has the pause between two measurements in it.
    return count === 0 ? 0 : Math.max(0, mean / nanoseconds - resolutionMs);
  }

  [Symbol.dispose](): void {
    this.#histogram.disable();
  }
}
