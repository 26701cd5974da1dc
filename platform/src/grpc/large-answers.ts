import { outOfTime } from '../errors.ts';

/** Several, so that one that takes long does not stop all. */
const maxAtOnce = 8;

/** Calls whose answers are too large to come with others: a few are made at a time, so that they fit into memory. */
export class LargeAnswers {
  #free = maxAtOnce;
  /** In the order of their coming. */
  readonly #waiting = new Set<() => void>();

  /**
   * Makes a call when it is its turn.
   *
   * @param deadline for the turn, in milliseconds since the epoch
   * @throws {StatusError} DEADLINE_EXCEEDED when it has not come by then; the signal's reason; what the call throws
   */
  async call<T>(call: () => Promise<T>, deadline: number, signal: AbortSignal | undefined): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn(deadline, signal);
    try {
      return await call();
    } finally {
      this.#passOn();
    }
  }

  async #turn(deadline: number, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (reason: unknown) => {
      this.#waiting.delete(resolve);
      reject(reason);
    };
    const abort = () => leave(signal?.reason);
    const timer = setTimeout(() => leave(outOfTime()), Math.max(0, deadline - Date.now()));
    this.#waiting.add(resolve);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  #passOn(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
