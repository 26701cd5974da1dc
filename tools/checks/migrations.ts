import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findPolicyViolations } from './migration-policy.ts';
import { type Check, type Finding, outcomeOf } from './outcome.ts';
import { repositoryFiles } from './repository-files.ts';

const migrationName = /^(?<number>\d{4})_[a-z][a-z0-9_]*\.sql$/;

/**
 * Migrations run in the order of their numbers, and a number that two branches took, or that was skipped, makes that
 * order depend on which was deployed first.
 */
export function findMigrationViolations(paths: readonly string[]): Finding[] {
  const folders = new Map<string, string[]>();
  for (const path of paths) {
    const service = /^services\/[^/]+/.exec(path)?.[0];
    if (service === undefined) continue;
    const folder = `${service}/migrations`;
    const names = folders.get(folder) ?? [];
    if (dirname(path) === folder) names.push(path.slice(folder.length + 1));
    folders.set(folder, names);
  }
  return [...folders].flatMap(([folder, names]) => violationsIn(folder, names));
}

function violationsIn(folder: string, names: readonly string[]): Finding[] {
  if (names.length === 0) return [{ file: folder, line: 1, message: 'a service without migrations' }];
  const misnamed = names.filter((name) => !migrationName.test(name));
  if (misnamed.length > 0) {
    return misnamed.map((name) => ({
      file: `${folder}/${name}`,
      line: 1,
      message: 'name it NNNN_what_it_does.sql: four digits, then lower case words joined by underscores',
    }));
  }
  return names
    .toSorted()
    .map((name, index) => ({ name, expected: String(index + 1).padStart(4, '0') }))
    .filter(({ name, expected }) => !name.startsWith(`${expected}_`))
    .slice(0, 1)
    .map(({ name, expected }) => ({
      file: `${folder}/${name}`,
      line: 1,
      message: `expected number ${expected}: numbers start at 0001 and have no gap and no double`,
    }));
}

export const migrations: Check = {
  name: 'migrations',
  promise: 'migrations are numbered from 0001 without gap or double, and hold up nobody (docs/migrations.md)',
  run: async (root) => {
    const paths = await repositoryFiles(root);
    const files = paths.filter((path) => /^(services\/[^/]+|platform)\/migrations\/[^/]+\.sql$/.test(path));
    const violations = await Promise.all(
      files.map(async (file) => findPolicyViolations(file, await readFile(join(root, file), 'utf8'))),
    );
    return outcomeOf([...findMigrationViolations(paths), ...violations.flat()], `${files.length} migrations`);
  },
};
