import { createHash } from 'node:crypto';
import { detectors } from '../src/engine/builtin/clauses/detectors/index.ts';

/** Identifies the rules that a model was trained beside; other rules would be weighed wrongly. */
export function rulesDigest(): string {
  return createHash('sha256').update(JSON.stringify(detectors)).digest('hex');
}
