import { toCamelCase, toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { FaultySystem } from '../faults/system/faulty-system.ts';
import { benchKey, newReview, openCache } from './open-cache.ts';

export interface ReadCost {
  what: string;
  /** Processor time of this process per read, in microseconds. */
  cpuUs: number;
  /** In microseconds. */
  p50Us: number;
}

const readsPerRound = 4000;
const rounds = 5;

/** What a hit costs the process that reads, by where it is found. */
export async function measureReads(system: FaultySystem): Promise<ReadCost[]> {
  await using open = await openCache(system);
  const key = benchKey('read');
  const review = newReview(key);
  const cached = open.family(3_600_000);
  await cached.read(key, async () => review);
  const inProcess = new Map([[key, review]]);
  const text = JSON.stringify(toSnakeCase(review));
  const noLoad = () => Promise.reject(new Error('not a hit'));

  const costs: ReadCost[] = [];
  for (const concurrency of [1, 32]) {
    costs.push(await measure(`Redis hit, ${concurrency} at once`, concurrency, () => cached.read(key, noLoad)));
  }
  costs.push(await measure('its JSON made a value again', 1, async () => toCamelCase(JSON.parse(text))));
  costs.push(await measure('in-process hit', 1, async () => inProcess.get(key)));
  return costs;
}

async function measure(what: string, concurrency: number, read: () => Promise<unknown>): Promise<ReadCost> {
  const results: { cpuUs: number; p50Us: number }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const latencies: number[] = [];
    const before = process.cpuUsage();
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        for (let count = 0; count < readsPerRound / concurrency; count += 1) {
          const startedAt = performance.now();
          await read();
          latencies.push((performance.now() - startedAt) * 1000);
        }
      }),
    );
    const { user, system } = process.cpuUsage(before);
    // The first round warms up.
    if (round > 0) results.push({ cpuUs: (user + system) / latencies.length, p50Us: median(latencies) });
  }
  return { what, cpuUs: median(results.map(({ cpuUs }) => cpuUs)), p50Us: median(results.map(({ p50Us }) => p50Us)) };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
