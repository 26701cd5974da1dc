import { setTimeout as sleep } from 'node:timers/promises';
import { type Asked, type Load, type LoadResult, runLoad } from './load.ts';
import { type MemoryUse, MemoryWatch } from './memory-watch.ts';

export interface OverloadOptions {
  port: number;
  token: string;
  asked: Asked;
  /** How many at once may bring out the most that the system can do; each is tried. */
  peakAtOnce: readonly number[];
  /** Of the measurement of the peak. */
  peakSeconds: number;
  /** So many times the peak is offered. */
  times: number;
  /** On so many connections. */
  connections: number;
  seconds: number;
  /** How long is looked at what is left of it. */
  recoverySeconds: number;
  /** Whose memory is watched, by name. */
  pids: Readonly<Record<string, number>>;
  signal: AbortSignal;
}

/** What a load of many times the peak does to the system, and what is left of it afterwards. */
export interface Overload {
  /** Done each second, at best. */
  peakPerSecond: number;
  offeredPerSecond: number;
  /** Done each second of the overload. */
  goodputPerSecond: number;
  /** What one caller alone waits, in milliseconds. */
  unloadedMs: number;
  overloaded: Omit<LoadResult, 'durations'>;
  memory: Record<string, MemoryUse>;
  /** From the end of the load until one caller alone was served as before; undefined: not in the time that was measured. */
  fullSpeedAfterMs: number | undefined;
}

const unloadedSeconds = 3;
/** Against the median without load. */
const asBefore = { times: 2, plusMs: 20 };
const pauseMs = 1000;

/** Measures the peak, offers more, and sees how long it takes to be as before. */
export async function measureOverload(options: OverloadOptions): Promise<Overload> {
  const { port, token, asked, peakAtOnce, peakSeconds, times, connections, seconds } = options;
  const { recoverySeconds, pids, signal } = options;
  const run = (load: Pick<Load, 'pace' | 'seconds'>) => runLoad({ port, token, asked, connections, ...load }, signal);
  const peakOf = async (atOnce: number) => {
    const { done, seconds } = await run({ pace: { atOnce }, seconds: peakSeconds });
    return done.count / seconds;
  };
  // The code is compiled, the caches are filled.
  for (const atOnce of peakAtOnce) await run({ pace: { atOnce }, seconds: Math.min(unloadedSeconds, peakSeconds) });
  const unloaded = await run({ pace: { atOnce: 1 }, seconds: Math.min(unloadedSeconds, peakSeconds) });
  let peakPerSecond = 0;
  for (const atOnce of peakAtOnce) peakPerSecond = Math.max(peakPerSecond, await peakOf(atOnce));
  await sleep(pauseMs, undefined, { signal });

  using memory = new MemoryWatch(pids);
  const offeredPerSecond = times * peakPerSecond;
  const overloading = run({ pace: { perSecond: offeredPerSecond }, seconds });
  await sleep(seconds * 1000, undefined, { signal });
  const uses = memory.uses();
  // What was let in by then may still be under way.
  const recovering = run({ pace: { atOnce: 1 }, seconds: recoverySeconds });
  const [{ durations: _, ...overloaded }, after] = await Promise.all([overloading, recovering]);

  const unloadedMs = unloaded.done.p50;
  const limitMs = asBefore.times * unloadedMs + asBefore.plusMs;
  return {
    peakPerSecond,
    offeredPerSecond,
    goodputPerSecond: overloaded.done.count / overloaded.seconds,
    unloadedMs,
    overloaded,
    memory: uses,
    fullSpeedAfterMs: firstOfThree(after.durations, limitMs),
  };
}

/** When the first began of three in a row that took no longer than that. */
function firstOfThree(durations: LoadResult['durations'], limitMs: number): number | undefined {
  const isQuick = (index: number) => (durations[index]?.ms ?? Infinity) <= limitMs;
  const first = durations.findIndex((_, index) => [index, index + 1, index + 2].every(isQuick));
  const found = durations[first];
  return found && Math.max(0, found.at - found.ms);
}
