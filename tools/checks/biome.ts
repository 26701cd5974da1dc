import { verdictOf } from './command.ts';
import type { Check } from './outcome.ts';

export const biome: Check = {
  name: 'biome',
  promise: 'formatting, import order and the lint rules of biome.json (repair: npm run format)',
  run: (root) => verdictOf(root, 'biome', ['check', '--error-on-warnings', '--max-diagnostics=100']),
};
