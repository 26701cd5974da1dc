import { verdictOf } from './command.ts';
import type { Check } from './outcome.ts';

export const typecheck: Check = {
  name: 'typecheck',
  promise: 'every workspace and every test compiles under the strict flags of tsconfig.json',
  run: (root) => verdictOf(root, 'tsc', ['--noEmit', '-p', 'tsconfig.json']),
};
