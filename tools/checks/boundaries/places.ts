import { posix } from 'node:path';

/** The part a file plays inside its workspace. */
export type Layer =
  | 'domain'
  | 'use-case'
  | 'storage-port'
  | 'storage-adapter'
  | 'transport'
  | 'composition-root'
  | 'entry'
  | 'setup'
  | 'other'
  | 'test';

export interface Place {
  /** Relative to the repository root. */
  path: string;
  /** The folder of the npm workspace: `platform`, `services/document`... */
  workspace: string;
  layer: Layer;
}

export type Target =
  | { kind: 'file'; place: Place; relative: boolean }
  /** A module of Node itself or an npm package from outside. */
  | { kind: 'external'; name: string };

const layerPatterns: readonly [RegExp, Layer][] = [
  [/^test\//, 'test'],
  [/^src\/domain\//, 'domain'],
  [/^src\/storage\/(?:pg|cached)-[^/]+$/, 'storage-adapter'],
  [/^src\/storage\/[^/]+-store\.ts$/, 'storage-port'],
  [/^src\/grpc\//, 'transport'],
  [/^src\/app\.ts$/, 'composition-root'],
  [/^src\/(?:main|migrate)\.ts$/, 'entry'],
  [/^src\/(?:config|schema)\.ts$/, 'setup'],
];

/** @returns undefined for a file that belongs to no workspace. */
export function placeOf(path: string): Place | undefined {
  const workspace = /^(?:services\/[^/]+|proto|platform|gateway|tools)(?=\/)/.exec(path)?.[0];
  if (workspace === undefined) return undefined;
  const inside = path.slice(workspace.length + 1);
  const layer = layerPatterns.find(([pattern]) => pattern.test(inside))?.[1];
  const isUseCase = workspace.startsWith('services/') && /^src\/(?:usecases\/)?[^/]+$/.test(inside);
  return { path, workspace, layer: layer ?? (isUseCase ? 'use-case' : 'other') };
}

/** Where an import leads, by the conventions of the workspaces' `exports`. */
export function resolveTarget(importer: Place, specifier: string): Target {
  const relative = specifier.startsWith('.');
  const path = relative ? posix.join(posix.dirname(importer.path), specifier) : packagePath(specifier);
  const place = path === undefined ? undefined : placeOf(path);
  return place === undefined ? { kind: 'external', name: specifier } : { kind: 'file', place, relative };
}

function packagePath(specifier: string): string | undefined {
  const match = /^@contract-reviewer\/(?<name>[^/]+)\/(?<rest>.+)$/.exec(specifier)?.groups;
  if (match?.name === undefined) return undefined;
  const { name, rest } = match;
  if (name === 'proto') return `proto/gen/${rest}.ts`;
  const service = /^(.+)-service$/.exec(name)?.[1];
  return `${service === undefined ? name : `services/${service}`}/src/${rest}.ts`;
}
