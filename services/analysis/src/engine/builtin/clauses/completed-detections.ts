import type { ClauseFinding, Passage } from '../network/clause-finder.ts';
import type { Topic } from './categories.ts';
import type { Detection, Detections, Hit } from './detect.ts';

/**
 * The detections of the rules, completed by the model: where the rules find no passage of a clause that the model says is there, its passages are
 * those that the model quotes.
 *
 * Where the rules do find one, theirs stay, also when the model doubts them: what a risk is judged by should rather be quoted once too often.
 */
export function completedBy(findings: readonly ClauseFinding[], detections: Detections): Detections {
  const completed = new Map<Topic, Detection>(detections);
  for (const { category, quoted } of findings) {
    const detection = detections.get(category);
    if (!detection || detection.hits.length > 0 || quoted.length === 0) continue;
    const hits = quoted.map(hitOf).sort((a, b) => a.segment.index - b.segment.index);
    completed.set(category, { topic: category, hits, near: detection.near });
  }
  return completed;
}

/** A probability of one half weighs 1, as what is decisive does for the rules. */
function hitOf({ segment, score }: Passage): Hit {
  return { segment, weight: score / (1 - score) };
}
