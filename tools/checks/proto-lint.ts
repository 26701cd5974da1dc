import { verdictOf } from './command.ts';
import type { Check } from './outcome.ts';

export const protoLint: Check = {
  name: 'proto-lint',
  promise: 'the protos follow the rules of proto/buf.yaml',
  run: (root) => verdictOf(root, 'buf', ['lint', 'proto']),
};
