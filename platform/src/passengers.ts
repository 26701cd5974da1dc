import { untilAborted } from './until-aborted.ts';

/** Those who wait for a piece of work that is done for all of them. When the last has gone, it is broken off. */
export class Passengers {
  readonly #gone = new AbortController();
  #count = 0;
  #isInTheAir = false;

  board(): void {
    this.#count += 1;
  }

  /** @returns aborted when the last of them has gone; more cannot come */
  takeOff(): AbortSignal {
    this.#isInTheAir = true;
    if (this.#count === 0) this.#gone.abort();
    return this.#gone.signal;
  }

  /** @throws what the flight throws, or the signal's reason; its passenger is gone then */
  async wait<T>(flight: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (!signal) return flight;
    try {
      return await untilAborted(flight, signal);
    } catch (error) {
      if (signal.aborted) this.#leave();
      throw error;
    }
  }

  #leave(): void {
    this.#count -= 1;
    if (this.#count === 0 && this.#isInTheAir) this.#gone.abort();
  }
}
