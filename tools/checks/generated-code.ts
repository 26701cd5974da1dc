import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { runCommand } from './command.ts';
import type { Check, Outcome } from './outcome.ts';
import { repositoryFiles } from './repository-files.ts';

/**
 * Runs the generator itself in a copy of the proto workspace, so that this check cannot drift from
 * `npm run -w proto generate`, and leaves the work tree alone.
 */
async function checkGeneratedCode(root: string): Promise<Outcome> {
  const copy = await mkdtemp(join(tmpdir(), 'generated-code-'));
  try {
    const paths = (await repositoryFiles(root)).filter((path) => path.startsWith('proto/'));
    const sources = paths.filter((path) => !path.startsWith('proto/gen/'));
    for (const path of sources) await cp(join(root, path), join(copy, path));
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));

    const { exitCode, output } = await runCommand(root, 'npm', ['run', 'generate'], join(copy, 'proto'));
    if (exitCode !== 0) return { status: 'failed', summary: 'the generator failed', report: output };

    const entries = await readdir(join(copy, 'proto/gen'), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const fresh = new Set(files.map((file) => relative(copy, join(file.parentPath, file.name))));
    const committed = paths.filter((path) => path.startsWith('proto/gen/'));
    const differing = await Promise.all(
      [...fresh.union(new Set(committed))].map(async (path) => ((await sameBytes(root, copy, path)) ? [] : [path])),
    );
    const outdated = differing.flat().sort();
    if (outdated.length === 0) return { status: 'passed', summary: `${fresh.size} files` };
    const report = `${outdated.join('\n')}\n\nRun npm run proto and commit proto/gen.`;
    return { status: 'failed', summary: `${outdated.length} files differ from what the generator writes`, report };
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function sameBytes(root: string, copy: string, path: string): Promise<boolean> {
  const [committed, fresh] = await Promise.all([bytesOf(join(root, path)), bytesOf(join(copy, path))]);
  return committed !== undefined && fresh !== undefined && committed.equals(fresh);
}

async function bytesOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

export const generatedCode: Check = {
  name: 'generated-code',
  promise: 'proto/gen is what the generator writes from the protos',
  run: checkGeneratedCode,
};
