import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSource } from './boundaries/imports.ts';
import { type Place, placeOf, resolveTarget } from './boundaries/places.ts';
import { environmentViolation, rules } from './boundaries/rules.ts';
import { type Check, type Finding, outcomeOf } from './outcome.ts';
import { repositoryFiles } from './repository-files.ts';

interface Survey {
  findings: Finding[];
  /** Imports seen per workspace: a survey that sees none has looked in the wrong place. */
  importsByWorkspace: Map<string, number>;
  fileCount: number;
}

/**
 * Reads every TypeScript file among `paths` and holds its imports against the rules of the architecture.
 *
 * @param paths relative to `root`.
 * @throws when a file does not parse.
 */
export async function surveyBoundaries(root: string, paths: readonly string[]): Promise<Survey> {
  const survey: Survey = { findings: [], importsByWorkspace: new Map(), fileCount: 0 };
  for (const path of paths) {
    const place = placeOf(path);
    if (place === undefined || !path.endsWith('.ts')) continue;
    const { imports, environmentReads } = readSource(path, await readFile(join(root, path), 'utf8'));
    survey.fileCount += 1;
    survey.importsByWorkspace.set(
      place.workspace,
      (survey.importsByWorkspace.get(place.workspace) ?? 0) + imports.length,
    );
    const add = (line: number, message: string | undefined): void => {
      if (message !== undefined) survey.findings.push({ file: path, line, message });
    };
    for (const { specifier, line } of imports) add(line, importViolation(place, specifier));
    for (const line of environmentReads) add(line, environmentViolation(place));
  }
  return survey;
}

/** The first rule that the import breaks: repairing that one settles most others. */
function importViolation(importer: Place, specifier: string | undefined): string | undefined {
  if (specifier === undefined) {
    if (importer.workspace === 'tools' || importer.layer === 'test') return undefined;
    return '[literal-imports] an import that is computed cannot be checked: import a literal path';
  }
  const target = resolveTarget(importer, specifier);
  for (const rule of rules) {
    const instead = rule.violation(importer, target);
    if (instead !== undefined) return `[${rule.name}] '${specifier}': ${instead}`;
  }
  return undefined;
}

const workspacesOf = (paths: readonly string[]): string[] =>
  paths.filter((path) => path.endsWith('/package.json')).map((path) => path.slice(0, -'/package.json'.length));

export const boundaries: Check = {
  name: 'boundaries',
  promise: 'imports go the way ARCHITECTURE.md draws them, and only entries read the environment',
  run: async (root) => {
    const paths = await repositoryFiles(root);
    const { findings, importsByWorkspace, fileCount } = await surveyBoundaries(root, paths);
    const unseen = workspacesOf(paths)
      .filter((workspace) => (importsByWorkspace.get(workspace) ?? 0) === 0)
      .map((workspace) => ({
        file: `${workspace}/package.json`,
        line: 1,
        message: 'no import of this workspace was seen',
      }));
    const importCount = [...importsByWorkspace.values()].reduce((sum, count) => sum + count, 0);
    return outcomeOf([...findings, ...unseen], `${fileCount} files, ${importCount} imports`);
  },
};
