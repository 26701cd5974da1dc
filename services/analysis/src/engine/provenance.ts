import type { Position, Provenance } from '../domain/analysis.ts';
import type { Engine } from './engine.ts';

/** What a review that begins now would name as its origin. */
export async function provenanceOf(engine: Engine, position: Position): Promise<Provenance> {
  const { name, modelUsed, engineVersion, rulesetVersion, promptSha256 } = engine;
  return {
    engine: name,
    modelUsed: (await engine.currentModel?.()) ?? modelUsed,
    engineVersion,
    rulesetVersion,
    ...(promptSha256 === undefined ? {} : { promptSha256 }),
    position,
  };
}
