import { StatusError } from '@contract-reviewer/platform/errors';
import type { CallerSettings } from './calls-on-behalf.ts';
import type { Fault, ServiceConsistency } from './schemas/consistency.ts';
import type { CacheClient, ServiceName } from './services.ts';

const maxFindingsPerFault = 100;

/**
 * Has a service check its cache, and keeps as much of what it tells as an answer should hold.
 *
 * @throws {StatusError} what the service answers, unless it, or a store of it, is not available
 */
export async function checkService(
  service: ServiceName,
  client: CacheClient,
  request: { family?: string; repair: boolean },
  settings: CallerSettings,
): Promise<ServiceConsistency> {
  const report: ServiceConsistency = { service, status: 'checked', families: [], findings: [] };
  const kept = new Map<string, number>();
  try {
    for await (const { event } of client.checkConsistency(request, settings)) {
      if (event?.event?.$case === 'counts') report.families.push(event.event.value);
      if (event?.event?.$case !== 'finding') continue;
      const { family, key, fault } = event.event.value;
      const sameFault = kept.get(fault) ?? 0;
      if (sameFault >= maxFindingsPerFault) continue;
      kept.set(fault, sameFault + 1);
      report.findings.push({ family, key, fault: fault as Fault });
    }
    return report;
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return { ...report, status: 'unavailable', detail: error.message };
  }
}

/** Whether nothing is known because something does not answer, rather than because the caller asked wrongly. */
export function isUnavailable(error: unknown): error is StatusError {
  return error instanceof StatusError && (error.code === 'UNAVAILABLE' || error.code === 'DEADLINE_EXCEEDED');
}
