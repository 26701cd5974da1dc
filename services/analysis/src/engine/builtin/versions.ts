import { createHash } from 'node:crypto';
import { detectors } from './clauses/detectors/index.ts';
import type { LoadedRuleset } from './risks/load-ruleset.ts';

/** Raised whenever the same rules could give another result: segmentation, extraction, the clause model's weights, scoring, report. */
export const engineVersion = '1.4.0';

/** What the results name as `model_used`: the networks that decide which clauses are there, by the digest of their weights. */
export function modelUsedOf(weightsSha256: string): string {
  return `clause-networks@sha256:${weightsSha256}`;
}

const shownDigest = 16;

/**
 * Identifies the tables of clauses and risks by their content, so that no change of a rule goes unnoticed: the edition and a digest of
 * what is built in, then a digest of the organization's own rules, if there are any.
 */
export function rulesetVersionOf({ ruleset, builtinSha256, ownSha256 }: LoadedRuleset): string {
  const builtin = createHash('sha256')
    .update(JSON.stringify([detectors, builtinSha256]))
    .digest('hex')
    .slice(0, shownDigest);
  const own = ownSha256 === undefined ? '' : `+${ownSha256.slice(0, shownDigest)}`;
  return `${ruleset.edition}-${builtin}${own}`;
}
