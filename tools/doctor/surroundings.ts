import { fileURLToPath } from 'node:url';

/** What the checks look at besides the settings. */
export interface Surroundings {
  /** As in `process.env`. */
  env: NodeJS.ProcessEnv;
  /** As in `process.versions.node`. */
  nodeVersion: string;
  /** The directory of the repository. */
  repository: string;
  /** Milliseconds since the epoch. */
  now: () => number;
}

export function actualSurroundings(): Surroundings {
  return {
    env: process.env,
    nodeVersion: process.versions.node,
    repository: fileURLToPath(new URL('../..', import.meta.url)),
    now: Date.now,
  };
}
