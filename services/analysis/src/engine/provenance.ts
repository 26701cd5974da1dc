import type { Provenance } from '../domain/analysis.ts';
import type { Engine } from './engine.ts';

export function provenanceOf({ name, modelUsed, engineVersion, rulesetVersion }: Engine): Provenance {
  return { engine: name, modelUsed, engineVersion, rulesetVersion };
}
