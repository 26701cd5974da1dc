import { cuadCategories } from '../src/engine/builtin/clauses/categories.ts';
import { isCandidate } from '../src/engine/builtin/network/clause-finder.ts';
import type { Decision } from '../src/engine/builtin/network/decision.ts';
import { categoryCount, type Evidence } from '../src/engine/builtin/network/evidence.ts';
import { logitOf, sigmoid } from '../src/engine/builtin/network/logistic.ts';
import {
  fillPassageFeatures,
  fillPresenceFeatures,
  passageFeatureCount,
  presenceFeatureCount,
} from '../src/engine/builtin/network/presence.ts';
import type { LabelledContract } from './cuad.ts';
import { Examples, fitLogistic } from './fit-logistic.ts';
import { label } from './segment-labels.ts';

/** A contract with what networks that have not seen it say of it. */
export interface Judged {
  contract: LabelledContract;
  evidence: Evidence;
  /** A row of labels per segment. */
  labels: Uint8Array;
}

/** Learns from judged contracts how much to trust networks and rules, and from which probability on a clause is present or a passage quoted. */
export function fitDecision(judged: readonly Judged[]): Decision {
  const priorLogits = cuadCategories.map((_, column) => {
    const having = judged.filter(({ contract }) => contract.spans[column] !== undefined).length;
    return Math.log((having + 1) / (judged.length - having + 1));
  });
  const presence = fitLogistic(presenceExamples(judged, priorLogits));
  const features = new Float64Array(presenceFeatureCount);
  const presenceLogitOf = (evidence: Evidence, column: number): number => {
    fillPresenceFeatures(evidence, column, priorLogits[column] ?? 0, features);
    return logitOf(presence, features);
  };
  const threshold = bestThreshold(
    judged.flatMap(({ contract, evidence }) =>
      contract.spans.map((spans, column) => ({
        score: sigmoid(presenceLogitOf(evidence, column)),
        isRight: spans !== undefined,
      })),
    ),
  );
  const passages = passageExamples(judged, presenceLogitOf);
  const passage = fitLogistic(passages);
  const passageThreshold = bestThreshold(
    Array.from({ length: passages.count }, (_, example) => ({
      score: sigmoid(logitOf(passage, passages.featuresOf(example))),
      isRight: passages.isPositive(example),
    })),
  );
  return { priorLogits, presence, threshold, passage, passageThreshold };
}

function presenceExamples(judged: readonly Judged[], priorLogits: readonly number[]): Examples {
  const examples = new Examples(presenceFeatureCount);
  const features = new Float64Array(presenceFeatureCount);
  for (const { contract, evidence } of judged) {
    for (const [column, prior] of priorLogits.entries()) {
      fillPresenceFeatures(evidence, column, prior, features);
      examples.add(features, contract.spans[column] !== undefined);
    }
  }
  return examples;
}

function passageExamples(
  judged: readonly Judged[],
  presenceLogitOf: (evidence: Evidence, column: number) => number,
): Examples {
  const examples = new Examples(passageFeatureCount);
  const features = new Float64Array(passageFeatureCount);
  for (const { evidence, labels } of judged) {
    for (const column of cuadCategories.keys()) {
      const presenceLogit = presenceLogitOf(evidence, column);
      for (let segment = 0; segment < evidence.segmentCount; segment++) {
        const value = labels[segment * categoryCount + column];
        if (value === label.unclear || !isCandidate(evidence, segment, column)) continue;
        fillPassageFeatures(evidence, segment, column, presenceLogit, features);
        examples.add(features, value === label.positive);
      }
    }
  }
  return examples;
}

/** The score from which accepting gives the highest F1. */
function bestThreshold(answers: { score: number; isRight: boolean }[]): number {
  answers.sort((a, b) => b.score - a.score);
  const all = answers.filter(({ isRight }) => isRight).length;
  let right = 0;
  let best = 0;
  let threshold = 0.5;
  for (const [index, { score, isRight }] of answers.entries()) {
    if (isRight) right++;
    const f1 = (2 * right) / (index + 1 + all);
    if (f1 > best && score !== answers[index + 1]?.score) {
      best = f1;
      threshold = (score + (answers[index + 1]?.score ?? 0)) / 2;
    }
  }
  return threshold;
}
