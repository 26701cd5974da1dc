import { decide } from '../src/engine/builtin/network/clause-finder.ts';
import type { Decision } from '../src/engine/builtin/network/decision.ts';
import type { Evidence } from '../src/engine/builtin/network/evidence.ts';
import { indexCodePoints } from '../src/engine/builtin/text/code-points.ts';
import type { PreparedContract } from './corpus.ts';
import type { LabelledContract } from './cuad.ts';

/** A passage that was found, as a range of code points. */
export interface AnsweredSpan {
  start: number;
  end: number;
  score: number;
}

/** What was said of a category, in the form that the dataset's scorer reads. */
export interface Answer {
  category: string;
  present: boolean;
  score: number;
  spans: AnsweredSpan[];
}

export interface ContractAnswers {
  contract: LabelledContract;
  /** One per category, in the order of `cuadCategories`. */
  answers: Answer[];
}

export function answersOf(
  { contract, segments, opening }: PreparedContract,
  evidence: Evidence,
  decision: Decision,
): ContractAnswers {
  const codePoints = indexCodePoints(contract.text);
  const findings = decide(segments, evidence, decision, opening);
  return {
    contract,
    answers: findings.map(({ category, present, score, passages }) => ({
      category,
      present,
      score,
      spans: passages.map(({ range, score: passageScore }) => ({
        start: codePoints.fromUtf16(range.start),
        end: codePoints.fromUtf16(range.end),
        score: passageScore,
      })),
    })),
  };
}
