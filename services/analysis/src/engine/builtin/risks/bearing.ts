import { type Position, type RiskLevel, riskLevels } from '../../../domain/analysis.ts';
import type { Actors } from '../actors.ts';
import type { Segment } from '../text/segmentation.ts';
import type { Burdened, RiskRule } from './ruleset-schema.ts';
import type { Bearer, Sides } from './sides.ts';

/** The parties that a passage names, in lower case, and whether they bear it or those who deal with them. */
interface Reading {
  names: Set<string>;
  bears: 'named' | 'others';
}

/** How each kind of burden is read; docs/ruleset.md says what it means. */
const readings: Readonly<Record<Burdened, (actors: Actors, passage: string) => Reading>> = {
  actor: (actors, passage) => ({ names: actors.subjects(passage), bears: 'named' }),
  other: (actors, passage) => ({ names: actors.subjects(passage), bears: 'others' }),
  giver: (actors, passage) => ({ names: orElse(actors.giving(passage), actors.subjects(passage)), bears: 'named' }),
  liable: (actors, passage) => ({ names: orElse(actors.liable(passage), actors.subjects(passage)), bears: 'named' }),
  claimant: (actors, passage) => ({ names: orElse(actors.liable(passage), actors.subjects(passage)), bears: 'others' }),
  remedied: (actors, passage) => ({ names: actors.entitled(passage), bears: 'named' }),
  changing: (actors, passage) => ({ names: actors.changing(passage), bears: 'named' }),
  bound: (actors, passage) => {
    const holding = actors.holding(passage);
    return holding.size > 0 ? { names: holding, bears: 'others' } : readings.giver(actors, passage);
  },
};

function orElse(found: Set<string>, otherwise: Set<string>): Set<string> {
  return found.size > 0 ? found : otherwise;
}

/**
 * Who bears a passage.
 *
 * @param burdens whom such a passage burdens
 */
export function bearerOf(passage: Segment, burdens: Burdened, actors: Actors, sides: Sides): Bearer {
  const { names, bears } = readings[burdens](actors, passage.text);
  return sides.bearerOf(names, bears);
}

/**
 * How grave a risk is to a reviewer: as grave as the rule ever says for what the own side certainly bears; otherwise as the rule
 * says for the position, since that tells whom such a passage usually burdens.
 */
export function levelOf({ level, level_for = {} }: RiskRule, position: Position, isOwn: boolean): RiskLevel {
  if (!isOwn) return level_for[position] ?? level;
  const levels = [level, ...Object.values(level_for)];
  return riskLevels.find((each) => levels.includes(each)) ?? level;
}
