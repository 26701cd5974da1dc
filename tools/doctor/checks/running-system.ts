import { isPortFree } from '@contract-reviewer/platform/embedded/free-port';
import { HOST } from '../../stack/process-environment.ts';
import { serviceNames } from '../../stack/process-names.ts';
import type { StackSettings } from '../../stack/settings.ts';
import { type Finding, fault, ok } from '../finding.ts';

interface Readiness {
  status: string;
  services?: Record<string, string>;
}

const timeoutMs = 5000;

/** The ports: free for a start, or those of a system that runs, which then is asked how it is. */
export async function checkRunningSystem(settings: Pick<StackSettings, 'port' | 'grpcPorts'>): Promise<Finding[]> {
  const ready = await readinessAt(settings.port);
  if (ready !== undefined) return [readinessFinding(ready, settings.port)];
  const wanted = [
    { setting: 'PORT', port: settings.port },
    ...serviceNames.map((name) => ({ setting: `${name.toUpperCase()}_GRPC_PORT`, port: settings.grpcPorts[name] })),
  ];
  const free = await Promise.all(wanted.map(({ port }) => isPortFree(port)));
  const taken = wanted.filter((_, index) => !free[index]);
  if (taken.length === 0) return [ok('ports', 'The system does not run, and its ports are free.')];
  return taken.map(({ setting, port }) =>
    fault('ports', `Another program uses port ${port}.`, `End it, or set ${setting} to another port.`),
  );
}

/** What the gateway says of itself; undefined when no gateway of ours listens there. */
async function readinessAt(port: number): Promise<Readiness | undefined> {
  try {
    const response = await fetch(`http://${HOST}:${port}/readyz`, { signal: AbortSignal.timeout(timeoutMs) });
    const body = (await response.json()) as Partial<Readiness>;
    return typeof body.status === 'string' ? { ...body, status: body.status } : undefined;
  } catch {
    // Nobody there, or somebody who speaks otherwise.
    return undefined;
  }
}

function readinessFinding({ status, services = {} }: Readiness, port: number): Finding {
  const notReady = Object.entries(services).filter(([, state]) => state !== 'ready');
  if (notReady.length === 0) return ok('gateway', `The system runs at http://${HOST}:${port}: ${status}.`);
  const named = notReady.map(([name, state]) => `${name} is ${state}`).join(', ');
  const remedy = 'Look into log/ of the data directory, or at the logs of the containers.';
  return fault('gateway', `The system runs at http://${HOST}:${port}, but ${named}.`, remedy);
}
