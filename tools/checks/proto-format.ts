import { verdictOf } from './command.ts';
import type { Check } from './outcome.ts';

export const protoFormat: Check = {
  name: 'proto-format',
  promise: 'the protos are formatted (repair: npm run format)',
  run: (root) => verdictOf(root, 'buf', ['format', '--diff', '--exit-code', 'proto']),
};
