import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultySystem } from '../faults/system/faulty-system.ts';
import { untilListening } from '../faults/system/listening.ts';
import { GatewaySession } from '../gateway/gateway-session.ts';
import { prepareReads } from '../outage/contracts.ts';
import { type Phase, phaseOf } from '../outage/phase.ts';
import { SteadyLoad, type Target, type Write } from '../outage/steady-load.ts';
import { HOST } from '../stack/process-environment.ts';
import { processNames } from '../stack/process-names.ts';
import { StartError } from '../stack/start-error.ts';
import { ReadyGateways } from './ready-gateways.ts';
import type { Settings } from './settings.ts';

/** What the clients noticed while one process was restarted, and until those that use it had found it again. */
export interface Step extends Phase {
  /** As in `document 1`. */
  name: string;
  /** From the signal to the first connection that the new process took. */
  ms: number;
}

export interface RollingRestart {
  before: Phase;
  steps: Step[];
  /** As in `503 GET /api/documents`, with how often that was so. */
  failures: Record<string, number>;
}

const startTimeoutMs = 60_000;
const warmUpMs = 2000;
/** Clients look for a lost replica at least once a second; nobody goes on before they must have found it. */
const foundAgainMs = 1500;

/** Restarts one process after the other while clients read and write. */
export async function measureRollingRestart(
  system: FaultySystem,
  { rate, each, signal: ending }: Settings,
  signal: AbortSignal,
): Promise<RollingRestart> {
  await using gateways = new ReadyGateways(system.replicas.gateway.map(({ port }) => port));
  const session = await GatewaySession.open(new URL(`http://${HOST}:${gateways.ports[0]}`), system.admin);
  const paths = await prepareReads(session);
  const target: Target = {
    get ports() {
      return gateways.ports;
    },
    paths,
    writes: writesTo(paths),
    token: session.token,
  };
  await using load = new SteadyLoad(target, rate);
  await sleep(2 * warmUpMs, undefined, { signal });
  const before = phaseOf(load.samples, warmUpMs, load.now);

  const begun: { name: string; at: number; until: number; ms: number }[] = [];
  for (const kind of processNames) {
    for (const { name, process, port } of system.replicas[kind].slice(0, each)) {
      const at = load.now;
      await process.restart(ending, async () => undefined);
      if (!(await untilListening(port, startTimeoutMs))) throw new StartError(`${name} did not start again`);
      const ms = load.now - at;
      await sleep(foundAgainMs, undefined, { signal });
      begun.push({ name, at, until: load.now, ms });
    }
  }
  await load[Symbol.asyncDispose]();
  const failures: Record<string, number> = {};
  for (const { status, request } of load.samples) {
    if (status !== undefined && status < 500) continue;
    const failure = `${status ?? 'no answer'} ${request}`;
    failures[failure] = (failures[failure] ?? 0) + 1;
  }
  return {
    before,
    steps: begun.map(({ name, at, until, ms }) => ({ name, ms, ...phaseOf(load.samples, at, until) })),
    failures,
  };
}

/** A session, a change of a document, and a review. */
function writesTo(paths: readonly string[]): Write[] {
  const document = paths.find((path) => /^\/api\/documents\/[^/?]+$/.test(path)) as string;
  return [
    { method: 'POST', path: '/api/sessions', body: {} },
    { method: 'PATCH', path: document, body: { metadata: { restarts: 'rolling' } } },
    { method: 'POST', path: `${document.replace('documents', 'analyze')}?wait=0`, body: { force: true } },
  ];
}
