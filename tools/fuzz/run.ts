import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultySystem, startFaultySystem } from '../faults/system/faulty-system.ts';
import { HOST } from '../stack/process-environment.ts';
import { serviceNames } from '../stack/process-names.ts';
import { UsageError } from '../stack/settings.ts';
import { Campaign } from './campaign.ts';
import { Cast } from './cast.ts';
import { grpcTargets } from './grpc/grpc-targets.ts';
import { ownMemory, type WatchedProcess } from './memory.ts';
import { restTargets } from './rest/rest-targets.ts';
import type { OpenApiDocument } from './rest/routes.ts';
import type { MemoryUse, Result } from './result.ts';
import type { Settings } from './settings.ts';
import type { Target } from './target.ts';
import { vocabularyOf } from './vocabulary.ts';

export interface RunContext {
  /** Tells people how far it is. */
  report: (line: string) => void;
  /** Gives the run up; what was started is stopped. */
  signal: AbortSignal;
}

/** What a process may take up at the end: what it took up after the first part of the run, and this. */
const growthAllowed = 150 * 2 ** 20;
const warmUpShare = 0.2;
/** For garbage to be collected, and for what goes on in the background to end. */
const settleMs = 3000;
const reportEvery = 1000;
const shownCharacters = 1500;

/**
 * Sends as many requests as the settings say, and judges each answer.
 *
 * @throws {StartError} when the system does not start
 * @throws {UsageError} when there is no such target
 * @throws the signal's reason when the run is given up
 */
export async function runFuzz(settings: Settings, { report, signal }: RunContext): Promise<Result> {
  report(`Seed ${settings.seed}; starting the system`);
  await using system = await startFaultySystem({ preload: [] });
  const { targets, cast } = await targetsOf(system, settings);
  const processes = watched(system);
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  let warm: Map<string, number> | undefined;
  let nextReport = 0;

  const campaign = new Campaign({
    targets,
    cast,
    seed: settings.seed,
    isHopeless: () => endsIn(system).length > 0,
    onProgress: async (sent) => {
      if (sent >= settings.requests * warmUpShare) warm ??= await ownMemory(processes);
      if (sent < nextReport) return;
      nextReport = sent + reportEvery;
      report(`${sent} requests, ${campaign.findings.length} forbidden outcomes, ${Math.round(elapsed())} s`);
    },
    onFinding: ({ target, kind, outcome, request }) =>
      report(`FORBIDDEN ${target} (${kind}): ${outcome}\n  ${request.slice(0, shownCharacters)}`),
  });
  await campaign.run(settings.requests, signal);
  const seconds = elapsed();
  await sleep(settleMs, undefined, { signal });
  const end = await ownMemory(processes);
  return {
    seed: settings.seed,
    seconds,
    targets: campaign.results,
    findings: campaign.findings,
    memory: processes.map(({ name }) => memoryUse(name, warm?.get(name) ?? 0, end.get(name) ?? 0)),
    unexpectedEnds: endsIn(system),
  };
}

async function targetsOf(
  system: FaultySystem,
  { only, target: wanted }: Settings,
): Promise<{ targets: Target[]; cast: Cast }> {
  const gatewayPorts = system.replicas.gateway.map(({ port }) => port);
  const url = new URL(`http://${HOST}:${gatewayPorts[0]}`);
  const cast = await Cast.prepare(url, system.admin, `Bearer service.gateway.${system.serviceTokens.gateway}`);
  const document = (await (await fetch(new URL('/openapi.json', url))).json()) as OpenApiDocument;
  const rest = only === 'grpc' ? [] : restTargets(document, gatewayPorts, cast);
  const servicePorts = serviceNames.flatMap((name) => system.replicas[name].map(({ port }) => port));
  const grpc = only === 'rest' ? [] : await grpcTargets(servicePorts, vocabularyOf(document), cast);
  const targets = ([...rest, ...grpc] as Target[]).filter(({ name }) => name.includes(wanted));
  if (targets.length === 0) throw new UsageError(`--target: no route or RPC has "${wanted}" in its name`);
  return { targets, cast };
}

/** How processes ended, with the ends of their logs. None should. */
function endsIn({ replicas, redis, postgres }: FaultySystem): string[] {
  const processes = [
    ...Object.values(replicas)
      .flat()
      .map(({ process }) => process),
    redis.server,
    postgres.server,
  ];
  return processes.flatMap(({ unexpectedEnds }) => unexpectedEnds);
}

function watched({ replicas, redis, postgres }: FaultySystem): WatchedProcess[] {
  return [
    ...Object.values(replicas)
      .flat()
      .map(({ name, process }) => ({ name, pid: process.current.pid })),
    { name: 'redis', pid: redis.server.current.pid },
    { name: 'postgresql', pid: postgres.server.current.pid },
  ];
}

function memoryUse(process: string, warm: number, end: number): MemoryUse {
  return { process, warm, end, isWithinBound: end <= warm + growthAllowed };
}
