import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finding, fault, ok } from '../finding.ts';
import type { Surroundings } from '../surroundings.ts';

interface Lock {
  packages: Record<string, { version?: string; link?: boolean; optional?: boolean }>;
}

/** The first version that runs TypeScript as it is. */
const oldestNode = 24;
const subject = 'installation';
const install = 'Run "npm ci".';

/** The Node that runs, and the packages that it finds. */
export async function checkRuntime({ nodeVersion, repository }: Surroundings): Promise<Finding[]> {
  const node =
    Number.parseInt(nodeVersion, 10) >= oldestNode
      ? ok('node', `Node ${nodeVersion}.`)
      : fault(
          'node',
          `Node ${nodeVersion} runs this, and ${oldestNode} or later is needed.`,
          'Start everything through npm ("npm start", "npm run doctor"), which takes the Node that "npm ci" installed.',
        );
  return [node, await checkPackages(repository)];
}

/** Compares what the lock file wants with what npm has noted of what it installed. */
async function checkPackages(repository: string): Promise<Finding> {
  const wanted = await readLock(join(repository, 'package-lock.json'));
  if (!wanted)
    return fault(subject, 'There is no package-lock.json that can be read.', 'Check the repository out again.');
  const installed = await readLock(join(repository, 'node_modules', '.package-lock.json'));
  if (!installed) return fault(subject, 'Nothing is installed.', install);
  const differing = Object.entries(wanted.packages)
    .filter(([path, { link, optional }]) => path.startsWith('node_modules/') && !link && !optional)
    .filter(([path, { version }]) => installed.packages[path]?.version !== version)
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
  if (differing.length === 0) return ok(subject, 'The packages are those of package-lock.json.');
  const named = differing.slice(0, 3).join(', ');
  const more = differing.length > 3 ? ` and ${differing.length - 3} more` : '';
  return fault(subject, `Not installed as package-lock.json wants it: ${named}${more}.`, install);
}

async function readLock(file: string): Promise<Lock | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Lock;
  } catch {
    // Absent or broken: the caller says what that means.
    return undefined;
  }
}
