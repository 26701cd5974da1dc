export interface LimitOptions {
  initial: number;
  min: number;
  max: number;
  /** Latency that is no sign of congestion, whatever it is when there is nothing else to do. */
  acceptableMs: number;
}

/** Fewer tell nothing. */
const samplesWanted = 5;
/** Nothing counts for more than that, however long it took. */
const maxStretch = 4;
/** Latency so many times that of an idle system means that work waits for work. */
const tolerance = 3;
/** On the event loop, by which everything in the process is late. */
const acceptableDelayMs = 15;
const decrease = 0.9;
const increase = 0.05;
/** How fast the latency of an idle system follows what is observed: at once where that is less, else in time. */
const baselineWeight = { down: 0.2, up: 0.01 };

/**
 * How much work there may be at once, found out from how long it takes: additive increase while the limit is used up and
 * nothing is congested, multiplicative decrease when it is (D.-M. Chiu and R. Jain, "Analysis of the Increase and Decrease
 * Algorithms for Congestion Avoidance in Computer Networks", 1989). What counts as congestion is delay, as in TCP Vegas
 * and in the gradient limits of Netflix' concurrency-limits: latency on average against that of an idle system, for
 * each kind of work, or the delay of the event loop.
 */
export class AdaptiveLimit {
  readonly #options: LimitOptions;
  /** Latency when there is nothing else to do, by the names of kinds. */
  readonly #baselines = new Map<string, number>();
  #stretches = 0;
  #samples = 0;
  #isUsedUp = false;
  #value: number;

  constructor(options: LimitOptions) {
    this.#options = options;
    this.#value = options.initial;
  }

  /** Whole, and never below the least. */
  get value(): number {
    return Math.floor(this.#value);
  }

  /** @param kind what latencies can be compared within */
  observe(kind: string, latencyMs: number): void {
    const baseline = this.#baselines.get(kind) ?? latencyMs;
    // With a limit that is used up, latency says nothing of an idle system.
    const weight = latencyMs < baseline ? baselineWeight.down : this.#isUsedUp ? 0 : baselineWeight.up;
    this.#baselines.set(kind, baseline + (latencyMs - baseline) * weight);
    const expected = Math.max(tolerance * baseline, this.#options.acceptableMs);
    this.#stretches += Math.min(maxStretch, latencyMs / expected);
    this.#samples += 1;
  }

  /**
   * Adjusts the limit; to be called ten times a second or so.
   *
   * @param loopDelayMs of late, on average
   * @param wasUsedUp whether anybody would have been let in with a higher limit
   */
  adapt(loopDelayMs: number, wasUsedUp: boolean): void {
    const stretch = this.#takeStretch();
    const isCongested = (stretch ?? 0) > 1 || loopDelayMs > acceptableDelayMs;
    // Of a limit that nobody comes up to, no delay is the doing.
    if (wasUsedUp && isCongested) this.#value *= decrease;
    else if (wasUsedUp && stretch !== undefined) this.#value += Math.max(1, increase * this.#value);
    this.#isUsedUp = wasUsedUp;
    this.#value = Math.min(this.#options.max, Math.max(this.#options.min, this.#value));
  }

  /** How long answers took against what may be expected; undefined if there were too few to tell. */
  #takeStretch(): number | undefined {
    if (this.#samples < samplesWanted) return undefined;
    const stretch = this.#stretches / this.#samples;
    this.#stretches = 0;
    this.#samples = 0;
    return stretch;
  }
}
