import { readdir, readFile } from 'node:fs/promises';

const kibibyte = 1024;

/** A process and what it has started; PostgreSQL has one for each connection. */
export interface WatchedProcess {
  name: string;
  pid: number;
}

/**
 * How much memory of its own each process takes up, in bytes. Memory that is shared, or that is a file's, is not counted:
 * every process of PostgreSQL would count its buffers anew.
 */
export async function ownMemory(processes: readonly WatchedProcess[]): Promise<Map<string, number>> {
  const children = await childrenByParent();
  const sizes = processes.map(async ({ name, pid }) => {
    const pids = [pid, ...(name.startsWith('postgres') ? (children.get(pid) ?? []) : [])];
    const each = await Promise.all(pids.map(anonymousMemory));
    return [name, each.reduce((sum, size) => sum + size, 0)] as const;
  });
  return new Map(await Promise.all(sizes));
}

/** 0 once it has ended. See https://www.kernel.org/doc/html/latest/filesystems/proc.html. */
async function anonymousMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * kibibyte;
}

async function childrenByParent(): Promise<Map<number, number[]>> {
  const children = new Map<number, number[]>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    // The name, in parentheses, may hold spaces; what follows it does not.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  return children;
}
