import { setTimeout as sleep } from 'node:timers/promises';
import { type Phase, phaseOf } from './phase.ts';
import { SteadyLoad, type Target } from './steady-load.ts';

export interface OutageOptions {
  target: Target;
  /** Reads a second. */
  rate: number;
  /** How long Redis hangs. */
  seconds: number;
  pauseRedis(): void;
  resumeRedis(): void;
  /** Gives up; Redis is resumed. */
  signal: AbortSignal;
}

/** What readers notice of a Redis that hangs for a while. */
export interface Outage {
  before: Phase;
  during: Phase;
  after: Phase;
  /** Each second from the beginning of the outage on, whose `second` 0 is. */
  seconds: (Phase & { second: number })[];
  /** How long after Redis was resumed reads were as before; undefined if not in the time that was measured. */
  recoveredAfterMs: number | undefined;
}

/** To warm up, to see what is normal, and at the end to see whether that is back for good. */
const longestPhaseMs = 5000;
const longestRecoveryMs = 10_000;
const stepMs = 250;

/** Reads without a pause, before, while and after Redis hangs. */
export async function measureOutage(options: OutageOptions): Promise<Outage> {
  const { target, rate, signal } = options;
  const pause = (ms: number) => sleep(ms, undefined, { signal });
  const phaseMs = Math.min(longestPhaseMs, options.seconds * 500);
  await using load = new SteadyLoad(target, rate);
  await pause(2 * phaseMs);
  const before = phaseOf(load.samples, phaseMs, load.now);

  const pausedAt = load.now;
  options.pauseRedis();
  try {
    await pause(options.seconds * 1000);
  } finally {
    options.resumeRedis();
  }
  const resumedAt = load.now;
  let recoveredAfterMs: number | undefined;
  while (recoveredAfterMs === undefined && load.now - resumedAt < longestRecoveryMs) {
    await pause(stepMs);
    const since = load.now - 2 * stepMs;
    if (since >= resumedAt && isAsBefore(phaseOf(load.samples, since, load.now), before)) {
      recoveredAfterMs = load.now - resumedAt;
    }
  }
  await pause(phaseMs);
  await load[Symbol.asyncDispose]();

  const { samples, now } = load;
  const seconds: Outage['seconds'] = [];
  for (let at = pausedAt; at + 1000 <= now; at += 1000) {
    seconds.push({ second: seconds.length, ...phaseOf(samples, at, at + 1000) });
  }
  const recoveredAt = resumedAt + (recoveredAfterMs ?? longestRecoveryMs);
  return {
    before,
    during: phaseOf(samples, pausedAt, resumedAt),
    after: phaseOf(samples, recoveredAt, now),
    seconds,
    recoveredAfterMs,
  };
}

/** As many reads served by the caches, and at the same speed, but for what a few reads can tell. */
function isAsBefore(now: Phase, before: Phase): boolean {
  return now.hits >= 0.95 * before.hits && now.p50 <= 2 * before.p50 + 10 && now.failures === 0;
}
