import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { type FaultySystem, startFaultySystem } from '../faults/system/faulty-system.ts';
import { HOST } from '../stack/process-environment.ts';
import { serviceNames } from '../stack/process-names.ts';
import { Cast } from './cast.ts';
import { grpcTargets } from './grpc/grpc-targets.ts';
import { ownMemory, type WatchedProcess } from './memory.ts';
import { restTargets } from './rest/rest-targets.ts';
import type { OpenApiDocument } from './rest/routes.ts';
import type { Finding, MemoryUse, Result, TargetResult } from './result.ts';
import type { Settings } from './settings.ts';
import { ForbiddenOutcome, type Kind, kinds, type Target } from './target.ts';
import { vocabularyOf } from './vocabulary.ts';

export interface RunContext {
  /** Tells people how far it is. */
  report: (line: string) => void;
  /** Gives the run up; what was started is stopped. */
  signal: AbortSignal;
}

const atOnce = 8;
/** So many requests of a kind to a route in a row, before others have their turn. */
const longestRow = 6;
const replenishEvery = 150;
/** There is no use in telling more at once. */
const enoughFindings = 40;
const rowMs = 60_000;
/** What a process may take up at the end: what it took up after the first part of the run, and this. */
const growthAllowed = 150 * 2 ** 20;
const warmUpShare = 0.2;
/** For garbage to be collected, and for what goes on in the background to end. */
const settleMs = 3000;

/** Sends as many requests as the settings say, and judges each answer. */
export async function runFuzz(settings: Settings, { report, signal }: RunContext): Promise<Result> {
  report(`Seed ${settings.seed}; starting the system`);
  await using system = await startFaultySystem({ preload: [] });
  const targets = await targetsOf(system, settings);
  const { all, cast } = targets;
  const chosen = all.filter(
    ({ name, side }) => name.includes(settings.target) && (settings.only === undefined || settings.only === side),
  );
  if (chosen.length === 0) throw new Error(`there is no route or RPC with "${settings.target}" in its name`);

  const results = new Map(chosen.map((target) => [target, emptyResult(target)]));
  const findings: Finding[] = [];
  const startedAt = performance.now();
  const rows = rowsOf(chosen, settings.requests);
  const processes = watched(system);
  let warm: Map<string, number> | undefined;
  let sent = 0;
  let replenished = 0;
  let nextReport = 0;
  let replenishing: Promise<void> | undefined;

  const work = async () => {
    for (let row = rows.next(); !row.done; row = rows.next()) {
      signal.throwIfAborted();
      if (findings.length >= enoughFindings) return;
      const { target, kind, number, length } = row.value;
      const result = results.get(target) as TargetResult;
      if (findings.some((finding) => finding.target === target.name && finding.kind === kind)) continue;
      const finding = await runRow(
        target,
        kind,
        { seed: seedOf(settings.seed, target.name, kind, number), length },
        result,
      );
      if (finding) {
        findings.push(finding);
        report(
          `FORBIDDEN ${finding.target} (${finding.kind}): ${finding.outcome}\n  ${finding.request.slice(0, 1500)}`,
        );
      }
      sent += length;
      if (sent - replenished >= replenishEvery) {
        replenished = sent;
        replenishing ??= cast.replenish().finally(() => {
          replenishing = undefined;
        });
        await replenishing;
      }
      if (!warm && sent >= settings.requests * warmUpShare) warm = await ownMemory(processes);
      if (sent >= nextReport) {
        report(
          `${sent} requests, ${findings.length} forbidden outcomes, ${Math.round((performance.now() - startedAt) / 1000)} s`,
        );
        nextReport += Math.max(1000, settings.requests / 20);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  await replenishing;
  const seconds = (performance.now() - startedAt) / 1000;
  await sleep(settleMs, undefined, { signal });
  const end = await ownMemory(processes);
  return {
    seed: settings.seed,
    seconds,
    targets: [...results.values()],
    findings,
    memory: processes.map(({ name }) => memoryUse(name, warm?.get(name) ?? 0, end.get(name) ?? 0)),
    unexpectedEnds: [
      ...Object.values(system.replicas)
        .flat()
        .flatMap(({ process }) => process.unexpectedEnds),
      ...system.redis.server.unexpectedEnds,
      ...system.postgres.server.unexpectedEnds,
    ],
  };
}

async function targetsOf(system: FaultySystem, { only }: Settings): Promise<{ all: Target[]; cast: Cast }> {
  const gatewayPorts = system.replicas.gateway.map(({ port }) => port);
  const url = new URL(`http://${HOST}:${gatewayPorts[0]}`);
  const cast = await Cast.prepare(url, system.admin, `Bearer service.gateway.${system.serviceTokens.gateway}`);
  const document = (await (await fetch(new URL('/openapi.json', url))).json()) as OpenApiDocument;
  const rest = only === 'grpc' ? [] : restTargets(document, gatewayPorts, cast);
  const servicePorts = serviceNames.flatMap((name) => system.replicas[name].map(({ port }) => port));
  const grpc = only === 'rest' ? [] : await grpcTargets(servicePorts, vocabularyOf(document), cast);
  return { all: [...rest, ...grpc] as Target[], cast };
}

interface Row {
  target: Target;
  kind: Kind;
  number: number;
  length: number;
}

/** Every target gets as many requests of every kind, in turns. */
function* rowsOf(targets: readonly Target[], requests: number): Generator<Row, undefined> {
  let left = Math.ceil(requests / (targets.length * kinds.length));
  for (let number = 0; left > 0; number += 1) {
    const length = Math.min(left, longestRow);
    for (const target of targets) for (const kind of kinds) yield { target, kind, number, length };
    left -= length;
  }
  return undefined;
}

/** @returns what was found, with the request made as small as the time allows */
async function runRow(
  target: Target,
  kind: Kind,
  { seed, length }: { seed: number; length: number },
  result: TargetResult,
): Promise<Finding | undefined> {
  const counts = result.answers[kind];
  let isShrinking = false;
  const outcome = await fc.check(
    fc.asyncProperty(target.requests[kind], async (request) => {
      let status = 'FORBIDDEN';
      try {
        status = await target.attempt(request);
      } finally {
        // What is sent to make a finding smaller does not count.
        if (!isShrinking) counts[status] = (counts[status] ?? 0) + 1;
        isShrinking ||= status === 'FORBIDDEN';
      }
    }),
    { seed, numRuns: length, plugins: [fc.interruptAfterTimeLimit(rowMs)] },
  );
  // Without a counterexample its time was up.
  if (!outcome.failed || outcome.counterexample === null) return undefined;
  const { errorInstance: error, counterexample } = outcome;
  if (!(error instanceof ForbiddenOutcome)) throw error;
  return {
    target: target.name,
    kind,
    request: fc.stringify((counterexample as unknown[] | null)?.[0]),
    outcome: error.message,
  };
}

function emptyResult({ name, side }: Target): TargetResult {
  return { name, side, answers: { 'well-formed': {}, 'nearly well-formed': {}, hostile: {} } };
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

/** FNV-1a, so that a target's requests do not depend on which other targets there are. */
function seedOf(seed: number, ...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5 ^ seed;
  for (const character of parts.join('|')) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash | 0;
}
