import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

export const repositoryRoot = resolve(import.meta.dirname, '../../..');

type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

/** What the tests look at of a service; the schema test looks at everything. */
export interface ComposeService {
  image: string;
  user?: string;
  command: string[];
  environment: Record<string, string>;
  depends_on?: Record<string, { condition: Condition }>;
  profiles?: string[];
  networks?: string[];
  network_mode?: string;
  volumes?: string[];
  ports?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  restart?: string;
  healthcheck?: { disable?: boolean };
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
}

/** The text of a file of the repository, by its path from the root. */
export function repositoryFile(path: string): string {
  return readFileSync(resolve(repositoryRoot, path), 'utf8');
}

/**
 * `docker-compose.yml` as Compose would run it with these variables.
 *
 * @throws when a variable that the file requires is missing or empty.
 */
export function composeFileWith(variables: Readonly<Record<string, string | undefined>>): ComposeFile {
  const file = interpolateAll(parse(repositoryFile('docker-compose.yml'), { merge: true }), variables) as ComposeFile;
  for (const service of Object.values(file.services)) service.environment ??= {};
  return file;
}

/** The variables the file mentions, by name; true for those that it cannot do without. */
export function variablesOf(text: string): Map<string, boolean> {
  const mentions = [...text.matchAll(variable)].map(([, name = '', operator]) => [name, operator === ':?'] as const);
  return new Map(mentions);
}

/** The forms of https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md that this file uses. */
const variable = /\$\{([A-Z][A-Z0-9_]*)(?:(:[-?])([^}]*))?\}/g;

function interpolateAll(node: unknown, variables: Readonly<Record<string, string | undefined>>): unknown {
  if (typeof node === 'string') return interpolate(node, variables);
  if (Array.isArray(node)) return node.map((item) => interpolateAll(item, variables));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, interpolateAll(value, variables)]));
}

function interpolate(text: string, variables: Readonly<Record<string, string | undefined>>): string {
  return text.replaceAll(variable, (_, name: string, operator?: string, operand?: string) => {
    const value = variables[name] ?? '';
    if (operator === undefined || value !== '') return value;
    if (operator === ':-') return operand ?? '';
    throw new Error(`required variable ${name} is missing a value: ${operand}`);
  });
}
