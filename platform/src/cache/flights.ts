/**
 * Single-flight that never answers with the past: a caller joins a flight only if it has not taken off yet.
 *
 * Of any number of callers that ask for a key at once, the first flies, and all that come while it is in the air share
 * the next flight. So a key costs at most two loads at a time, and each caller's answer was read after it asked.
 */
export class Flights<T> {
  readonly #flying = new Map<string, Flight<T>>();

  /** @param load is told whether its callers had to wait for another flight, whose result may be in the cache by now */
  async join(key: string, load: (waited: boolean) => Promise<T>): Promise<T> {
    const flight = this.#flying.get(key);
    if (!flight) return this.#takeOff(key, load(false));

    flight.next ??= flight.landed.then(
      () => this.#takeOff(key, load(true)),
      () => this.#takeOff(key, load(true)),
    );
    return flight.next;
  }

  #takeOff(key: string, result: Promise<T>): Promise<T> {
    const flight: Flight<T> = { landed: result };
    this.#flying.set(key, flight);
    const land = () => {
      if (!flight.next) this.#flying.delete(key);
    };
    result.then(land, land);
    return result;
  }
}

interface Flight<T> {
  landed: Promise<T>;
  next?: Promise<T>;
}
