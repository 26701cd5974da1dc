import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { verdictOf } from './command.ts';
import type { Check } from './outcome.ts';

/**
 * The protos as the last release shipped them. A committed image and not a git tag or branch: it is there in a shallow
 * clone too, and it compares with what clients were built from instead of with the previous commit, which a series of
 * commits could walk away from step by step.
 */
const released = 'proto/released.binpb';

export const protoBreaking: Check = {
  name: 'proto-breaking',
  promise: `clients of the last release (${released}) go on working`,
  run: async (root) => {
    if (!existsSync(join(root, released))) {
      return { status: 'skipped', summary: `nothing is released yet: ${released} does not exist` };
    }
    return verdictOf(root, 'buf', ['breaking', 'proto', '--against', released]);
  },
};
