import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Part of every name by which a file of the corpus tries to be written somewhere. */
const mark = 'escaped-hostile-file';

/** Files that came into being where names of the corpus point to, or by their names at all. */
export async function strayFiles(dataDirectory: string): Promise<string[]> {
  const inside = await readdir(dataDirectory, { recursive: true }).catch(() => []);
  const around = await Promise.all(
    ['/', tmpdir(), process.cwd(), join(dataDirectory, '..')].map(async (directory) =>
      (await readdir(directory)).map((name) => join(directory, name)),
    ),
  );
  return [...inside, ...around.flat()].filter((path) => path.includes(mark));
}
