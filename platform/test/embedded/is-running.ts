import { readFileSync } from 'node:fs';
import { isAlive } from '../../src/embedded/processes.ts';

/** Whether the process does anything: where nobody collects orphans, an ended one stays in the table as a zombie. */
export function isRunning(pid: number): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    // Collected between the two looks.
    return false;
  }
}
