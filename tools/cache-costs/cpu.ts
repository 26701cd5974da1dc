import { readFile } from 'node:fs/promises';

/** Of `utime` and `stime` in proc(5): USER_HZ, which is 100 on every Linux. */
const ticksPerSecond = 100;

/** The processor time that a process has used, in milliseconds. Linux only. */
export async function cpuTimeOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold spaces; what follows it does not.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}
