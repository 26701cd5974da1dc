import type { Load } from './load.ts';
import { bareKeys, keyPrefix, type References } from './references/references.ts';
import type { Seed } from './seed.ts';

/** Whom a scenario is asked of. */
export const subjects = ['system', 'bare chain', 'monolith'] as const;
export type Subject = (typeof subjects)[number];

export type Target = Pick<Load, 'port' | 'method' | 'paths' | 'headers' | 'body'>;

export interface Scenario {
  name: string;
  /** Whether the caches of all subjects are emptied before each measurement, or filled. */
  cache: 'warm' | 'cold' | 'none';
  targets: Record<Subject, Target>;
}

/** So few entries are asked for in turn where the caches are to have them all. */
const warmCount = 100;
const pageSize = 10;

export function scenariosFor(port: number, seed: Seed, { bareChain, monolith }: References): Scenario[] {
  const headers = { authorization: `Bearer ${seed.token}` };
  const system = (paths: readonly string[]): Target => ({ port, method: 'GET', paths, headers });
  const bare = (key: keyof typeof bareKeys): Target => ({
    port: bareChain.port,
    method: 'GET',
    paths: [`/${keyPrefix}${bareKeys[key]}`],
    headers: {},
  });
  const plain = (paths: readonly string[]): Target => ({ port: monolith.port, method: 'GET', paths, headers: {} });
  const posted = { method: 'POST', paths: ['/api/sessions'], body: '{}' } as const;
  const json = { 'content-type': 'application/json' };

  const documents = shuffled(seed.documentIds);
  const analyses = shuffled(seed.analysisIds);
  const pages = shuffled(
    Array.from({ length: Math.floor(seed.documentIds.length / pageSize) }, (_, index) => index * pageSize),
  ).map((offset) => `?limit=${pageSize}&offset=${offset}`);
  const firstPage = pages.length > 0 ? [`?limit=${pageSize}&offset=0`] : [];
  const [document, analysis] = ['/documents/', '/analyses/'];
  const read = (
    name: string,
    cache: 'warm' | 'cold',
    key: keyof typeof bareKeys,
    paths: readonly string[],
  ): Scenario => ({
    name,
    cache,
    targets: {
      system: system(paths.map((path) => `/api${path}`)),
      'bare chain': bare(key),
      monolith: plain(paths),
    },
  });
  return [
    read(
      'document hit',
      'warm',
      'document',
      documents.slice(0, warmCount).map((id) => document + id),
    ),
    read(
      'analysis hit',
      'warm',
      'analysis',
      analyses.slice(0, warmCount).map((id) => analysis + id),
    ),
    read(
      'analysis miss',
      'cold',
      'analysis',
      analyses.map((id) => analysis + id),
    ),
    read(
      'list hit',
      'warm',
      'list',
      firstPage.map((page) => `/documents${page}`),
    ),
    read(
      'list miss',
      'cold',
      'list',
      pages.map((page) => `/documents${page}`),
    ),
    read('session check', 'warm', 'session', [`/sessions/${seed.sessionId}`]),
    {
      name: 'session create',
      cache: 'none',
      targets: {
        system: { port, ...posted, headers: { ...headers, ...json } },
        'bare chain': bare('session'),
        monolith: { port: monolith.port, ...posted, paths: ['/sessions'], headers: json },
      },
    },
  ];
}

/** The same order every time: multiplication by a number that has no factor in common with the length. */
function shuffled<T>(items: readonly T[]): T[] {
  const step = 7919;
  return items.map((_, index) => items[(index * step) % items.length] as T);
}
