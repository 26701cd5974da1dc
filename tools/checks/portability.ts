import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Check, type Finding, outcomeOf } from './outcome.ts';
import { repositoryFiles } from './repository-files.ts';

interface Trace {
  pattern: RegExp;
  message: string;
}

const traces: readonly Trace[] = [
  {
    pattern: /(?<![\w.:$/-])\/(?:home|Users|root|work|workspace|mnt)\/[\w.-]+/,
    message: 'a path of one machine: make it relative to the repository or a setting',
  },
  {
    pattern: /(?:https?:)?\/\/(?:[\w-]+\.)*(?:registry|mirror|artifactory|nexus|npm|pypi)(?:[\w-]*\.)+[a-z]{2,}/i,
    message: 'the address of a package registry: leave the choice to whoever installs',
  },
];

/** @param text the content of `file`, a path relative to the repository root. */
export function findMachineTraces(file: string, text: string): Finding[] {
  return text
    .split('\n')
    .flatMap((content, index) =>
      traces.filter(({ pattern }) => pattern.test(content)).map(({ message }) => ({ file, line: index + 1, message })),
    );
}

const isBinary = (content: Buffer): boolean => content.subarray(0, 8000).includes(0);

export const portability: Check = {
  name: 'portability',
  promise: 'no tracked file names a path of one machine or a package registry',
  run: async (root) => {
    const files = await repositoryFiles(root);
    const findings: Finding[] = [];
    for (const file of files) {
      const content = await readFile(join(root, file));
      if (!isBinary(content)) findings.push(...findMachineTraces(file, content.toString('utf8')));
    }
    return outcomeOf(findings, `${files.length} files`);
  },
};
