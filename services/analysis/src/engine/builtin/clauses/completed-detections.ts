import type { ClauseFinding, Passage } from '../network/clause-finder.ts';
import type { Segment } from '../text/segmentation.ts';
import type { Topic } from './categories.ts';
import type { Detection, Detections, Hit } from './detect.ts';

/**
 * A passage that a rule takes for a clause is none if the model finds that less likely than this: the rule met its words in another
 * sense, as in the nonrenewal of a permit. It is low because what a risk is judged by should rather be quoted once too often.
 */
const leastLikely = 0.05;
/** What no rule found has to be more likely than not before a risk is judged by it. */
const likelyAlone = 0.5;

/**
 * The detections of the rules, set right by the model: without the passages that it is all but certain are something else, and,
 * where no passage of the rules is left, with those that it is sure enough of to quote.
 */
export function completedBy(findings: readonly ClauseFinding[], detections: Detections): Detections {
  const completed = new Map<Topic, Detection>(detections);
  for (const { category, passages, quoted } of findings) {
    const detection = detections.get(category);
    if (!detection) continue;
    const likely = new Set<Segment>(passages.filter(({ score }) => score >= leastLikely).map(({ segment }) => segment));
    const ofRules = detection.hits.filter(({ segment }) => likely.has(segment));
    const hits = ofRules.length > 0 ? ofRules : quoted.filter(isLikely).map(hitOf);
    completed.set(category, { ...detection, hits: hits.sort((a, b) => a.segment.index - b.segment.index) });
  }
  return completed;
}

function isLikely({ score }: Passage): boolean {
  return score >= likelyAlone;
}

/** A probability of one half weighs 1, as what is decisive does for the rules. */
function hitOf({ segment, score }: Passage): Hit {
  return { segment, weight: score / (1 - score) };
}
