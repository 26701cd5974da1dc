import { createHash } from 'node:crypto';
import { answerSchema } from './prompt/answer-schema.ts';
import { instructions } from './prompt/instructions.ts';

/** Raised whenever the same answers of a model could give another review: sections, location of quotes, checks, merging. */
export const modelEngineVersion = '1.2.0';

/** Identifies all that a model is told but the contract: instructions, schema of the answer, and the size of its context. */
export function promptSha256(limits: { contextTokens: number; maxAnswerTokens: number }): string {
  return createHash('sha256')
    .update(JSON.stringify([instructions, answerSchema, limits.contextTokens, limits.maxAnswerTokens]))
    .digest('hex');
}
