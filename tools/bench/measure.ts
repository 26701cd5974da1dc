import { Redis } from 'ioredis';
import { type LoadResult, runLoad } from './load.ts';
import { cpuTimes, untilIdle } from './processes.ts';
import { keyPrefix } from './references/references.ts';
import { type Scenario, type Subject, subjects } from './scenarios.ts';
import type { BenchSystem } from './system.ts';

export interface Measurement extends LoadResult {
  /**
   * Of the subject's own processes, without the stores: in microseconds per answer, with what they do for it after it is
   * given.
   */
  cpuUs: number;
}

export type Measurements = Partial<Record<Subject, Measurement>> & { system: Measurement };

export interface MeasureOptions {
  redisUrls: BenchSystem['redisUrls'];
  seconds: number;
  /** Done before each measurement. */
  prepare: () => Promise<void>;
  report: (line: string) => void;
  signal: AbortSignal;
}

/** More answers than these would be wrong about the caches mean that the figures are not of what they say. */
const strayShare = 0.05;
const warmUpSeconds = 2;

/** Asks all subjects of a scenario in turn. @throws when an answer failed, or the caches were not as they should be */
export async function measureScenario(
  scenario: Scenario,
  connections: number,
  options: MeasureOptions,
): Promise<Measurements> {
  const { report, signal } = options;
  const seconds = Math.max(options.seconds, scenario.leastSeconds ?? 0);
  const results: Partial<Record<Subject, Measurement>> = {};
  for (const subject of subjects) {
    const target = scenario.targets[subject];
    if (target === undefined) continue;
    await options.prepare();
    await scenario.prepare?.();
    await runLoad({ ...target, connections, seconds: warmUpSeconds }, signal);
    if (scenario.cache === 'cold') await emptyCaches(options.redisUrls);
    await untilIdle(target.pids, signal);
    const before = await cpuTimes(target.pids);
    const result = await runLoad({ ...target, connections, seconds }, signal);
    const of = `${scenario.name}, ${subject}, ${connections} connections`;
    if (result.failures > 0) throw new Error(`${of}: ${result.failures} failed, the first with ${result.failure}`);
    if (result.answers === 0) throw new Error(`${of}: nothing was answered within ${seconds} s`);
    if (subject === 'system') requireCache(scenario, result, of);
    if (scenario.cache === 'cold' && subject !== 'bare hit' && result.answers > target.requests.length) {
      report(
        `${of}: ${result.answers} answers of ${target.requests.length} entries; more documents make all of them misses`,
      );
    }
    // Who is measured next has the machine to itself.
    await untilIdle(target.pids, signal);
    results[subject] = { ...result, cpuUs: (((await cpuTimes(target.pids)) - before) * 1000) / result.answers };
  }
  return results as Measurements;
}

function requireCache({ cache, targets }: Scenario, { hits, answers }: LoadResult, of: string): void {
  const share = hits / answers;
  if (cache === 'warm' && share < 1 - strayShare) throw new Error(`${of}: only ${Math.round(100 * share)} % were hits`);
  // Whoever has asked for everything begins anew, and finds it.
  const asked = Math.min(1, targets.system.requests.length / answers);
  if (cache === 'cold' && share > 1 - asked + strayShare)
    throw new Error(`${of}: ${Math.round(100 * share)} % were hits`);
}

/** Removes what the services and the references have cached; what the bare chain serves stays. */
async function emptyCaches(redisUrls: MeasureOptions['redisUrls']): Promise<void> {
  for (const [user, pattern] of [
    ['document', 'documents:*'],
    ['document', 'document:*'],
    ['analysis', 'analysis:*'],
    ['gateway', `${keyPrefix}*:*`],
  ] as const) {
    await using redis = connect(redisUrls[user]);
    for await (const found of redis.client.scanStream({ match: pattern, count: 1000 })) {
      const keys = found as string[];
      if (keys.length > 0) await redis.client.unlink(keys);
    }
  }
}

function connect(url: string): { client: Redis } & AsyncDisposable {
  const client = new Redis(url);
  return { client, [Symbol.asyncDispose]: async () => void (await client.quit()) };
}
