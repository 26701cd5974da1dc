import { Passengers } from '../passengers.ts';

/**
 * Single-flight that never answers with the past: a caller joins a flight only if it has not taken off yet.
 *
 * Of any number of callers that ask for a key at once, the first flies, and all that come while it is in the air share
 * the next flight. So a key costs at most two loads at a time, and each caller's answer was read after it asked. A flight
 * whose callers have all gone is broken off.
 */
export class Flights<T> {
  readonly #flying = new Map<string, Flying<T>>();

  /**
   * @param load loads until its signal is aborted, because nobody waits any more; is told whether its callers had to wait
   *   for another flight, whose result may be in the cache by now
   * @param signal ends this caller's waiting
   * @throws what `load` throws, or the signal's reason
   */
  async join(key: string, load: Load<T>, signal?: AbortSignal): Promise<T> {
    const flying = this.#flying.get(key);
    if (!flying) {
      const passengers = new Passengers();
      passengers.board();
      return passengers.wait(this.#takeOff(key, load(passengers.takeOff(), false)), signal);
    }
    if (!flying.next) {
      const passengers = new Passengers();
      const takeOff = () => this.#takeOff(key, load(passengers.takeOff(), true));
      flying.next = { landed: flying.landed.then(takeOff, takeOff), passengers };
    }
    const { landed, passengers } = flying.next;
    passengers.board();
    return passengers.wait(landed, signal);
  }

  #takeOff(key: string, result: Promise<T>): Promise<T> {
    const flying: Flying<T> = { landed: result };
    this.#flying.set(key, flying);
    const land = () => {
      if (!flying.next) this.#flying.delete(key);
    };
    result.then(land, land);
    return result;
  }
}

type Load<T> = (gone: AbortSignal, waited: boolean) => Promise<T>;

interface Flying<T> {
  landed: Promise<T>;
  next?: { landed: Promise<T>; passengers: Passengers };
}
