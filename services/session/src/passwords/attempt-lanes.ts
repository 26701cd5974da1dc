import { currentRequest } from '@contract-reviewer/platform/request-context';

export type Lane = 'familiar' | 'strange';

/** Whom an attempt is counted to, and how many of theirs may wait in a lane, so that nobody fills it alone. */
export interface Share {
  key: string;
  maxWaiting: number;
}

interface Waiter {
  shares: readonly Share[];
  start(): void;
}

/**
 * Lets a few attempts run at once and the others wait, so that a storm of them takes neither the memory nor the threads
 * that everything else needs. Those in the lane `familiar` go first.
 */
export class AttemptLanes {
  readonly #atOnce: number;
  readonly #maxWaiting: number;
  readonly #waiting: Record<Lane, Waiter[]> = { familiar: [], strange: [] };
  #running = 0;

  /** @param maxWaiting in each lane */
  constructor(atOnce: number, maxWaiting: number) {
    this.#atOnce = atOnce;
    this.#maxWaiting = maxWaiting;
  }

  /** Whether the lane is full, or as full as it may be of one of these, so that `run` must not be called. */
  isFull(lane: Lane, shares: readonly Share[]): boolean {
    const waiting = this.#waiting[lane];
    if (waiting.length >= this.#maxWaiting) return true;
    return shares.some(({ key, maxWaiting }) => {
      const own = waiting.filter((waiter) => waiter.shares.some((share) => share.key === key));
      return own.length >= maxWaiting;
    });
  }

  /** Runs `work` when its turn comes. @throws why the caller has gone away, if it has by then */
  async run<T>(lane: Lane, shares: readonly Share[], work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnce) this.#running += 1;
    else await new Promise<void>((start) => this.#waiting[lane].push({ shares, start }));
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
    if (next) next.start();
    else this.#running -= 1;
  }
}
