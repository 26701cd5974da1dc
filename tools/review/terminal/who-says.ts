import type { Agreement, Finding } from '../analysis.ts';

const engines = { builtin: 'built-in engine', model: 'language model' } as const;
const others = { builtin: 'language model', model: 'built-in engine' } as const;

/** Whose finding it is, and what the other says, where a language model reviewed beside the built-in engine. */
export function whoSays({ source = 'builtin', agreement }: Finding): string[] {
  if (agreement === undefined) return [];
  return agreement === 'agreed' ? ['both engines'] : [engines[source], remarks[agreement](others[source])];
}

const remarks: Readonly<Record<Exclude<Agreement, 'agreed'>, (other: string) => string>> = {
  differs: (other) => `the ${other} says something else`,
  alone: (other) => `the ${other} does not say so`,
};
