/** Milliseconds on a clock that never goes back and that no clock adjustment moves; only differences mean anything. */
export type MonotonicMs = number & { readonly brand: 'MonotonicMs' };

/** Time as the protocols see it, so that a test can drive them through every order of events. */
export interface Clock {
  now(): MonotonicMs;
  sleep(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now() as MonotonicMs,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
