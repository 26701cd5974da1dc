import { ExtractorBusyError } from './extractor.ts';

/** Lets a number of callers in at a time; the others wait in the order in which they came. */
export class AdmissionQueue {
  readonly #concurrency: number;
  #free: number;
  readonly #maxWaiting: number;
  readonly #waiting = new Set<() => void>();

  constructor(concurrency: number, maxWaiting: number) {
    this.#concurrency = concurrency;
    this.#free = concurrency;
    this.#maxWaiting = maxWaiting;
  }

  /** Those who are in. */
  get inside(): number {
    return this.#concurrency - this.#free;
  }

  /** Those who wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Waits for its turn; dispose of the admission to let the next one in.
   *
   * @throws {ExtractorBusyError} when `maxWaiting` callers are waiting already.
   * @throws the signal's reason when it aborts first.
   */
  async enter(signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else if (this.#waiting.size >= this.#maxWaiting) throw new ExtractorBusyError();
    else await this.#turn(signal);
    return { [Symbol.dispose]: () => this.#leave() };
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const admit = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.delete(admit);
        reject(signal.reason);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(admit);
    });
  }

  #leave(): void {
    const [next] = this.#waiting;
    if (next) {
      this.#waiting.delete(next);
      next();
    } else this.#free++;
  }
}
