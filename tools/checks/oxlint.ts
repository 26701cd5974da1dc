import { verdictOf } from './command.ts';
import type { Check } from './outcome.ts';

export const oxlint: Check = {
  name: 'oxlint',
  promise: 'what only types can tell: no floating promise, no forgotten case, no import cycle',
  run: (root) => verdictOf(root, 'oxlint', ['--type-aware', '--deny-warnings', '--report-unused-disable-directives']),
};
