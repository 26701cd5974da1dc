import { verdictOf } from './command.ts';
import type { Check } from './outcome.ts';

export const deadCode: Check = {
  name: 'dead-code',
  promise: 'no unused file, export or dependency, and none that is used but not declared',
  run: (root) => verdictOf(root, 'knip', ['--no-progress', '--treat-config-hints-as-errors']),
};
