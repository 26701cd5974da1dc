export interface LimitOptions {
  initial: number;
  min: number;
  max: number;
  /** Latency that is no sign of congestion, whatever it is when there is nothing else to do. */
  acceptableMs: number;
}

/** Less tells nothing. */
const samplesWanted = 5;
/** Of more, the median is known well enough. */
const samplesKept = 127;
/** Latency so many times that of an idle system means that work waits for work. */
const tolerance = 4;
/** On the event loop, by which everything in the process is late. */
const acceptableDelayMs = 20;
const decrease = 0.9;
const increase = 0.05;
/** So that what has become slower for good is taken for normal, one day. */
const baselineGrowth = 1.01;
const baselineWeight = 0.2;

/**
 * How much work there may be at once, found out from how long it takes: additive increase while the limit is used up and
 * nothing is congested, multiplicative decrease when it is (D.-M. Chiu and R. Jain, "Analysis of the Increase and Decrease
 * Algorithms for Congestion Avoidance in Computer Networks", 1989). What counts as congestion is delay, as in TCP Vegas
 * and in the gradient limits of Netflix' concurrency-limits: the median latency against that of an idle system, for each
 * kind of work, or the delay of the event loop.
 */
export class AdaptiveLimit {
  readonly #options: LimitOptions;
  /** Latency when there is nothing else to do, by the names of kinds. */
  readonly #baselines = new Map<string, number>();
  #stretches: number[] = [];
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
    const baseline = this.#baselines.get(kind);
    if (baseline === undefined) this.#baselines.set(kind, latencyMs);
    else if (latencyMs < baseline) this.#baselines.set(kind, baseline + (latencyMs - baseline) * baselineWeight);
    if (this.#stretches.length >= samplesKept) return;
    const expected = Math.max(tolerance * (baseline ?? latencyMs), this.#options.acceptableMs);
    this.#stretches.push(latencyMs / expected);
  }

  /**
   * Adjusts the limit; to be called ten times a second or so.
   *
   * @param loopDelayMs of late, on average
   * @param wasUsedUp whether anybody would have been let in with a higher limit
   */
  adapt(loopDelayMs: number, wasUsedUp: boolean): void {
    const stretch = this.#takeMedian();
    const isCongested = (stretch ?? 0) > 1 || loopDelayMs > acceptableDelayMs;
    // Of a limit that nobody comes up to, no delay is the doing.
    if (!wasUsedUp) this.#growBaselines();
    else if (isCongested) this.#value *= decrease;
    else this.#value += Math.max(1, increase * this.#value);
    this.#value = Math.min(this.#options.max, Math.max(this.#options.min, this.#value));
  }

  #takeMedian(): number | undefined {
    const { length } = this.#stretches;
    if (length < samplesWanted) return undefined;
    const sorted = this.#stretches.toSorted((one, other) => one - other);
    this.#stretches = [];
    return sorted[Math.floor(length / 2)];
  }

  #growBaselines(): void {
    for (const [kind, baseline] of this.#baselines) this.#baselines.set(kind, baseline * baselineGrowth);
  }
}
