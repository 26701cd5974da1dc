import { fileURLToPath } from 'node:url';
import type { ProcessSpec } from '../../stack/application-processes.ts';
import { forEachName, type ProcessName, processNames } from '../../stack/process-names.ts';

const module = fileURLToPath(new URL('journal-process.ts', import.meta.url));

/** One stand-in for each process of the system. `stopMs` says how long each takes to stop, 0 where it does not. */
export function journalProcesses(
  journal: string,
  stopMs: Partial<Record<ProcessName, number>> = {},
): Record<ProcessName, ProcessSpec> {
  return forEachName(processNames, (name) => ({
    module,
    env: { NAME: name, JOURNAL: journal, STOP_MS: String(stopMs[name] ?? 0) },
  }));
}
