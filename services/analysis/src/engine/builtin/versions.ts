import { createHash } from 'node:crypto';
import { detectors } from './clauses/detectors/index.ts';
import { riskRules } from './risks/rules.ts';

/** Raised whenever the same rules could give another result: segmentation, extraction, scoring, report. */
export const engineVersion = '1.0.0';

/** What the results name as `model_used`. */
export const modelUsed = 'builtin-rules';

/** Identifies the tables of clauses and risks by their content, so that no change of a rule goes unnoticed. */
export const rulesetVersion = createHash('sha256')
  .update(JSON.stringify([detectors, riskRules]))
  .digest('hex')
  .slice(0, 16);
