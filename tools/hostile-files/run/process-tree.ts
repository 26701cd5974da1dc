import { readdir, readFile } from 'node:fs/promises';

/** The process and all below it. What ends meanwhile is left out. */
export async function familyOf(pid: number): Promise<number[]> {
  const children = await childrenOf(pid);
  return [pid, ...(await Promise.all(children.map(familyOf))).flat()];
}

async function childrenOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(gone);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(gone)),
  );
  return lists
    .flatMap((list) => String(list).trim().split(/\s+/))
    .filter(Boolean)
    .map(Number);
}

function gone(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT' || error.code === 'ESRCH') return [];
  throw error;
}
