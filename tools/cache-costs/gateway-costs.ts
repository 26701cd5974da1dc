import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultySystem } from '../faults/system/faulty-system.ts';
import { GatewaySession } from '../gateway/gateway-session.ts';
import { prepareReads } from '../outage/contracts.ts';
import { phaseOf } from '../outage/phase.ts';
import { SteadyLoad } from '../outage/steady-load.ts';
import { HOST } from '../stack/process-environment.ts';
import { forEachName, type ProcessName, processNames } from '../stack/process-names.ts';
import { cpuTimeOf } from './cpu.ts';

export interface GatewayCost {
  what: string;
  /** Processor time per read of all replicas of a process, in microseconds, without what they use when nobody reads. */
  cpuUs: Record<ProcessName | 'redis', number>;
  /** In milliseconds, at the gateway. */
  p50Ms: number;
}

const perSecond = 100;
const warmUpMs = 5000;
const measuredMs = 10_000;
const idleMs = 5000;

/** What a read through the gateway costs that Redis serves everywhere on its way. */
export async function measureGateway(system: FaultySystem): Promise<GatewayCost[]> {
  const ports = system.replicas.gateway.map(({ port }) => port);
  const session = await GatewaySession.open(new URL(`http://${HOST}:${ports[0]}`), system.admin);
  const paths = await prepareReads(session);
  const kinds = { document: /\/documents\/[^/]+$/, analysis: /\/analyses\//, list: /\/documents\?/ };
  const idle = await usedWhile(system, () => sleep(idleMs));
  const costs: GatewayCost[] = [];
  for (const [what, pattern] of Object.entries(kinds)) {
    const target = { ports, paths: paths.filter((path) => pattern.test(path)), token: session.token };
    await using load = new SteadyLoad(target, perSecond);
    await sleep(warmUpMs);
    const from = load.now;
    const used = await usedWhile(system, () => sleep(measuredMs));
    const { reads, p50, hits } = phaseOf(load.samples, from, load.now);
    if (hits < 0.9)
      throw new Error(
        `only ${Math.round(100 * hits)} % of the reads of ${what} were hits: this machine has other things to do`,
      );
    const cpuUs = forEachName(measured, (name) => ((used[name] - idle[name]) * measuredMs * 1000) / reads);
    costs.push({ what, cpuUs, p50Ms: p50 });
  }
  return costs;
}

const measured = [...processNames, 'redis'] as const;

/** @returns processor time per time, of all replicas of each process */
async function usedWhile(system: FaultySystem, pass: () => Promise<unknown>): Promise<GatewayCost['cpuUs']> {
  const startedAt = performance.now();
  const before = await cpuTimes(system);
  await pass();
  const after = await cpuTimes(system);
  return forEachName(measured, (name) => (after[name] - before[name]) / (performance.now() - startedAt));
}

async function cpuTimes({ replicas, redis }: FaultySystem): Promise<GatewayCost['cpuUs']> {
  const sums = { document: 0, analysis: 0, session: 0, gateway: 0, redis: await cpuTimeOf(redis.server.current.pid) };
  for (const name of processNames) {
    for (const { process } of replicas[name]) sums[name] += await cpuTimeOf(process.current.pid);
  }
  return sums;
}
