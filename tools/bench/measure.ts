import { Redis } from 'ioredis';
import { cpuTimeOf } from '../cache-costs/cpu.ts';
import { type LoadResult, runLoad } from './load.ts';
import { keyPrefix, type References } from './references/references.ts';
import { type Scenario, type Subject, subjects, type Target } from './scenarios.ts';
import { type BenchSystem, pidsOf } from './system.ts';

export interface Measurement extends LoadResult {
  /** Of the subject's own processes, without the stores: in microseconds per answer. */
  cpuUs: number;
}

export interface MeasureOptions {
  system: BenchSystem;
  references: References;
  seconds: number;
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
): Promise<Record<Subject, Measurement>> {
  const results: Partial<Record<Subject, Measurement>> = {};
  for (const subject of subjects) {
    const target = scenario.targets[subject];
    if (scenario.cache === 'warm') await warmUp(target, options);
    if (scenario.cache === 'cold') await emptyCaches(options.system);
    const pids = pidsFor(subject, options);
    const before = await cpuTimes(pids);
    const result = await runLoad({ ...target, connections, seconds: options.seconds }, options.signal);
    const cpuMs = (await cpuTimes(pids)) - before;
    const of = `${scenario.name}, ${subject}, ${connections} connections`;
    if (result.answers === 0 || result.failures > 0) throw new Error(`${of}: ${result.failures} requests failed`);
    if (subject === 'system') requireCache(scenario, result, of);
    results[subject] = { ...result, cpuUs: (cpuMs * 1000) / result.answers };
  }
  return results as Record<Subject, Measurement>;
}

function requireCache({ cache, targets }: Scenario, { hits, answers }: LoadResult, of: string): void {
  const share = hits / answers;
  if (cache === 'warm' && share < 1 - strayShare) throw new Error(`${of}: only ${Math.round(100 * share)} % were hits`);
  // Whoever has asked for everything begins anew, and finds it.
  const asked = Math.min(1, targets.system.paths.length / answers);
  if (cache === 'cold' && share > 1 - asked + strayShare)
    throw new Error(`${of}: ${Math.round(100 * share)} % were hits`);
}

async function warmUp(target: Target, { signal }: MeasureOptions): Promise<void> {
  await runLoad({ ...target, connections: 8, seconds: warmUpSeconds }, signal);
}

/** Removes what the services and the monolith have cached; what the bare chain serves stays. */
async function emptyCaches({ redisUrls }: BenchSystem): Promise<void> {
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

function pidsFor(subject: Subject, { system, references }: MeasureOptions): readonly number[] {
  switch (subject) {
    case 'system':
      return pidsOf(system);
    case 'bare chain':
      return references.bareChain.pids;
    case 'monolith':
      return references.monolith.pids;
  }
}

async function cpuTimes(pids: readonly number[]): Promise<number> {
  const times = await Promise.all(pids.map(cpuTimeOf));
  return times.reduce((sum, ms) => sum + ms, 0);
}
