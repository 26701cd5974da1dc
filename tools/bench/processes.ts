import { setTimeout as sleep } from 'node:timers/promises';
import { cpuTimeOf } from '../cache-costs/cpu.ts';

const lookMs = 250;
/** Of one core; timers and heartbeats take less. */
const idleShare = 0.1;
const longestMs = 60_000;

/** The processor time that the processes have used together, in milliseconds. */
export async function cpuTimes(pids: readonly number[]): Promise<number> {
  const times = await Promise.all(pids.map(cpuTimeOf));
  return times.reduce((sum, ms) => sum + ms, 0);
}

/** Waits until the processes have nothing left to do. @throws if that does not come to pass within a minute */
export async function untilIdle(pids: readonly number[], signal: AbortSignal): Promise<void> {
  const until = performance.now() + longestMs;
  for (let before = await cpuTimes(pids); ; ) {
    await sleep(lookMs, undefined, { signal });
    const now = await cpuTimes(pids);
    if (now - before < lookMs * idleShare) return;
    if (performance.now() > until) throw new Error('what was measured does not come to rest');
    before = now;
  }
}
