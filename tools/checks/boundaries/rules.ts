import type { Place, Target } from './places.ts';

/** A rule says what to do instead when an import breaks it, and nothing when it does not. */
export interface Rule {
  name: string;
  violation(importer: Place, target: Target): string | undefined;
}

const isTest = ({ layer, path }: Place): boolean => layer === 'test' || path.startsWith('platform/src/testing/');

/** The workspace that the import enters; undefined when it stays at home or leads to an npm package from outside. */
function enteredWorkspace(importer: Place, target: Target): string | undefined {
  if (target.kind === 'external' || target.place.workspace === importer.workspace) return undefined;
  return target.place.workspace;
}

interface Standing {
  /** Workspaces it may import from, besides itself. */
  on: readonly string[];
  instead: string;
}

/**
 * What each workspace stands on. Tests put real parts together and so see more: those of the tools and of the gateway the
 * services behind them, and all the tools, which know what access to the stores a service has.
 */
function standingOf(importer: Place): Standing {
  const standing = productStandingOf(importer.workspace);
  if (!isTest(importer)) return standing;
  switch (importer.workspace) {
    case 'tools':
      return { ...standing, on: [...standing.on, 'services', 'gateway'] };
    case 'gateway':
      return { ...standing, on: [...standing.on, 'services', 'tools'] };
    default:
      return { ...standing, on: [...standing.on, 'tools'] };
  }
}

function productStandingOf(workspace: string): Standing {
  switch (workspace) {
    case 'proto':
      return { on: [], instead: 'proto is the ground: it imports nothing of ours' };
    case 'platform':
      return { on: ['proto'], instead: 'platform carries the others: take what you need as an argument' };
    case 'gateway':
      return {
        on: ['proto', 'platform'],
        instead: 'the gateway reaches a service over gRPC, with its client from proto',
      };
    case 'tools':
      return { on: ['proto', 'platform'], instead: 'a tool uses the system from outside; only tests import its parts' };
    default:
      return { on: ['proto', 'platform'], instead: 'services meet over gRPC: call the other one through its proto' };
  }
}

/** What of the platform a use case may lean on: words and primitives, not the technology behind a port. */
const platformTechnology = /^platform\/src\/(?:pg|redis|grpc|cache|jobs|embedded)\//;

function isOpenToUseCases(importer: Place, target: Target): boolean {
  if (target.kind === 'external') return target.name.startsWith('node:');
  const { path, layer } = target.place;
  const entered = enteredWorkspace(importer, target);
  if (entered !== undefined) return entered === 'platform' && !platformTechnology.test(path);
  if (layer === 'other') return !path.includes('/src/storage/');
  return layer === 'domain' || layer === 'use-case' || layer === 'storage-port';
}

export const rules: readonly Rule[] = [
  {
    name: 'domain-imports-nothing',
    violation: (importer, target) => {
      if (importer.layer !== 'domain') return undefined;
      const stays = enteredWorkspace(importer, target) === undefined;
      if (stays && target.kind === 'file' && target.place.layer === 'domain') return undefined;
      return 'the domain imports only itself: pass the value in, or move the code out of domain/';
    },
  },
  {
    name: 'use-cases-import-domain-and-ports',
    violation: (importer, target) => {
      if (importer.layer !== 'use-case' || isOpenToUseCases(importer, target)) return undefined;
      return 'a use case knows its domain and its ports: declare a port and let app.ts pass the implementation';
    },
  },
  {
    name: 'adapters-are-chosen-in-app',
    violation: (importer, target) => {
      if (target.kind === 'external' || target.place.layer !== 'storage-adapter') return undefined;
      if (importer.layer === 'composition-root' || isTest(importer)) return undefined;
      return 'only app.ts and tests name a pg-* or cached-* store: import its port, <noun>-store.ts';
    },
  },
  {
    name: 'workspaces-stand-on-each-other',
    violation: (importer, target) => {
      const entered = enteredWorkspace(importer, target);
      if (entered === undefined) return undefined;
      const { on, instead } = standingOf(importer);
      return on.includes(entered.split('/')[0] ?? '') ? undefined : instead;
    },
  },
  {
    name: 'workspaces-meet-by-name',
    violation: (importer, target) => {
      const entered = enteredWorkspace(importer, target);
      if (entered === undefined || target.kind === 'external' || !target.relative) return undefined;
      // What only tests reach is no dependency of the package, so it has no name there.
      if (isTest(importer) && !['proto', 'platform'].includes(entered)) return undefined;
      return `import ${entered} by its package name, @contract-reviewer/...`;
    },
  },
  {
    name: 'test-code-stays-in-tests',
    violation: (importer, target) => {
      if (target.kind === 'external' || !isTest(target.place) || isTest(importer)) return undefined;
      return 'code that ships does not import test code: move the shared part into src/';
    },
  },
];

/** The environment is one big global: read it once, at the entry, and pass parsed settings on. */
export function environmentViolation(reader: Place): string | undefined {
  if (reader.layer === 'entry' || reader.workspace === 'tools' || isTest(reader)) return undefined;
  return '[environment-at-the-entry] only main.ts and migrate.ts read the environment: take a parsed setting as an argument';
}
