import { Flights } from '@contract-reviewer/platform/cache/flights';

type Load = (waited: boolean) => Promise<unknown>;

const running = new WeakMap<Flights<unknown>, Map<string, Promise<unknown>>>();

/** The usual single-flight: whoever comes while a read runs gets its answer. */
Flights.prototype.join = function joinRunning(this: Flights<unknown>, key: string, load: Load) {
  const flights = running.get(this) ?? new Map<string, Promise<unknown>>();
  running.set(this, flights);
  const flight = flights.get(key) ?? load(false).finally(() => flights.delete(key));
  flights.set(key, flight);
  return flight;
};
