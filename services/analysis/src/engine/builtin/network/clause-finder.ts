import { type CuadCategory, cuadCategories } from '../clauses/categories.ts';
import type { IdentityFindings } from '../clauses/report.ts';
import type { NumericOrder } from '../expressions/dates.ts';
import type { TextRange } from '../spans.ts';
import type { Segment } from '../text/segmentation.ts';
import type { Decision } from './decision.ts';
import { categoryCount, type Evidence } from './evidence.ts';
import { logitOf, sigmoid } from './logistic.ts';
import { fillPassageFeatures, fillPresenceFeatures, passageFeatureCount, presenceFeatureCount } from './presence.ts';
import { wordingOf } from './wording.ts';

/** A passage that may be the clause. */
export interface Passage {
  segment: Segment;
  range: TextRange;
  /** How likely it is one, in (0, 1). */
  score: number;
}

/** The answer for one category. */
export interface ClauseFinding {
  category: CuadCategory;
  present: boolean;
  /** How likely the document contains the clause, in (0, 1). */
  score: number;
  /** All that may be the clause, the most likely first. */
  passages: Passage[];
  /** Those of them that are worth quoting; if the clause is present, at least one, unless nothing speaks for any passage. */
  quoted: Passage[];
}

/** A passage less likely than this is not worth mentioning. */
const leastScore = 0.003;

/** What the beginning of a document tells. */
export interface Opening {
  /** Its title, its parties and its dates. */
  identity: IdentityFindings;
  order: NumericOrder;
}

/** Decides, for each of the categories in their fixed order, whether a document contains the clause, and where. */
export function decide(
  segments: readonly Segment[],
  evidence: Evidence,
  decision: Decision,
  { identity, order }: Opening,
): ClauseFinding[] {
  const presenceFeatures = new Float64Array(presenceFeatureCount);
  const passageFeatures = new Float64Array(passageFeatureCount);
  return cuadCategories.map((category, column): ClauseFinding => {
    fillPresenceFeatures(evidence, column, decision.priorLogits[column] ?? 0, presenceFeatures);
    const presenceLogit = logitOf(decision.presence, presenceFeatures);
    const score = sigmoid(presenceLogit);
    // A document has one title, which is not each mention of its name.
    const titles = category === 'Document Name' ? identity.get(category)?.ranges : undefined;
    const passages = titles?.flatMap((range) => passageAt(range, segments, score)) ?? [];
    for (const segment of segments) {
      if (titles || !isCandidate(evidence, segment.index, column)) continue;
      fillPassageFeatures(evidence, segment.index, column, presenceLogit, passageFeatures);
      const passageScore = sigmoid(logitOf(decision.passage, passageFeatures));
      if (passageScore < leastScore) continue;
      for (const range of wordingOf(category, segment, order)) passages.push({ segment, range, score: passageScore });
    }
    passages.sort((a, b) => b.score - a.score || a.range.start - b.range.start);
    const present = score >= decision.threshold;
    return { category, present, score, passages, quoted: present ? quotedOf(passages, decision.passageThreshold) : [] };
  });
}

function passageAt(range: TextRange, segments: readonly Segment[], score: number): Passage[] {
  const segment = segments.find(({ end }) => end > range.start);
  return segment ? [{ segment, range, score }] : [];
}

function quotedOf(passages: Passage[], threshold: number): Passage[] {
  const likely = passages.filter(({ score }) => score >= threshold);
  return likely.length > 0 ? likely : passages.filter(({ segment }) => segment === passages[0]?.segment);
}

const leastLogit = -8;

/** Whether anything speaks for a segment at all; most are as good as certainly not the clause. */
export function isCandidate({ logits, rules }: Evidence, segment: number, column: number): boolean {
  const at = segment * categoryCount + column;
  return (logits[at] ?? leastLogit) > leastLogit || (rules[at] ?? 0) > 0;
}
