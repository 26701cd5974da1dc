import type { Position, Provenance } from '../domain/analysis.ts';
import type { Engine } from './engine.ts';

export function provenanceOf(
  { name, modelUsed, engineVersion, rulesetVersion }: Engine,
  position: Position,
): Provenance {
  return { engine: name, modelUsed, engineVersion, rulesetVersion, position };
}
