import type { RiskLevel } from '../../../domain/analysis.ts';
import type { Topic } from '../clauses/categories.ts';
import type { Phrase } from '../clauses/phrase.ts';

/**
 * What must hold for a rule to apply. A condition that holds names the passages that show it, possibly none.
 *
 * - `found`: the clause is there;
 * - `absent`: the clause is not there;
 * - `missing`: the clause is not there, and contracts of this type normally have it;
 * - `says`: a passage contains one of the phrases and none of `unless`; among the clauses of `in`, or anywhere;
 * - `silent`: no passage of the clauses of `silent` contains one of the phrases;
 * - `longer` / `shorter`: the clause states a length of time of more / less than so many days;
 * - `oneSided`: the passages of the clause (those that contain a phrase of `where`) give the right, or impose the duty, to one
 *   party alone;
 * - `all`: every one of these conditions holds.
 */
export type Condition =
  | { found: Topic }
  | { absent: Topic }
  | { missing: Topic }
  | { says: readonly Phrase[]; unless?: readonly Phrase[]; in?: Topic }
  | { silent: Topic; on: readonly Phrase[] }
  | { longer: Topic; days: number }
  | { shorter: Topic; days: number }
  | { oneSided: Topic; where?: readonly Phrase[] }
  | { all: readonly Condition[] };

/** A risk, as data: when it is there, why it matters and what to ask for. */
export interface RiskRule {
  /** Stable, in kebab case; results name it. */
  id: string;
  level: RiskLevel;
  title: string;
  reason: string;
  askFor: string;
  when: Condition;
}
