import { readFileSync } from 'node:fs';

/** What a process has taken so far. */
export interface ProcessUsage {
  /** Processor time of all its threads. */
  cpuMs: number;
  residentBytes: number;
  /** It neither runs nor wants to. */
  isAsleep: boolean;
}

/** A tick of `utime` and `stime`; the kernel reports them in hundredths of a second everywhere (proc(5), USER_HZ). */
const tickMs = 10;

/**
 * Of a running process, from Linux' own files. They are read at once, because the kernel answers from memory in
 * microseconds, and the threads that read other files may be busy for longer than a bomb takes to unpack.
 *
 * @returns undefined if there is no such process, or no such files: elsewhere than on Linux
 */
export function usageOf(pid: number): ProcessUsage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    // The name, in parentheses, may hold spaces; what follows it does not.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    return {
      cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs,
      residentBytes: Number(resident ?? 0) * 1024,
      isAsleep: fields[0] === 'S',
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
