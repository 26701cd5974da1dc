import { currentRequest } from '@contract-reviewer/platform/request-context';

export type Lane = 'familiar' | 'strange';

/**
 * Lets a few attempts run at once and the others wait, so that a storm of them takes neither the memory nor the threads
 * that everything else needs. Those in the lane `familiar` go first.
 */
export class AttemptLanes {
  readonly #atOnce: number;
  readonly #maxWaiting: number;
  readonly #waiting: Record<Lane, (() => void)[]> = { familiar: [], strange: [] };
  #running = 0;

  /** @param maxWaiting in each lane */
  constructor(atOnce: number, maxWaiting: number) {
    this.#atOnce = atOnce;
    this.#maxWaiting = maxWaiting;
  }

  /** Whether the lane is full, so that `run` must not be called. */
  isFull(lane: Lane): boolean {
    return this.#waiting[lane].length >= this.#maxWaiting;
  }

  /** Runs `work` when its turn comes. @throws why the caller has gone away, if it has by then */
  async run<T>(lane: Lane, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnce) this.#running += 1;
    else await new Promise<void>((resolve) => this.#waiting[lane].push(resolve));
    try {
      currentRequest()?.signal.throwIfAborted();
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** Hands the place on to who waits, or gives it up. */
  #leave(): void {
    const next = this.#waiting.familiar.shift() ?? this.#waiting.strange.shift();
    if (next) next();
    else this.#running -= 1;
  }
}
