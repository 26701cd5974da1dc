import type { Segment } from '../src/engine/builtin/text/segmentation.ts';
import type { LabelledSpan } from './cuad.ts';

/** What a segment teaches about a category. `unclear` ones, of which a small part is marked, teach nothing. */
export const label = { negative: 0, positive: 1, unclear: 2 } as const;

const leastOverlap = 10;

/**
 * A segment is positive when at least half of it, or of a marked span, is the other. A heading inside a longer marked clause is unclear: it is part
 * of what was marked and would not be marked alone.
 *
 * @param range the segment's range in code points, as the spans count.
 */
export function labelOf(
  kind: Segment['kind'],
  range: { start: number; end: number },
  spans: readonly LabelledSpan[],
): number {
  let result: number = label.negative;
  for (const [start, end] of spans) {
    const overlap = Math.min(end, range.end) - Math.max(start, range.start);
    if (overlap <= 0) continue;
    const isHalfOfSpan = 2 * overlap >= end - start;
    const isHalf = isHalfOfSpan || 2 * overlap >= range.end - range.start;
    if (isHalf && (kind === 'prose' || isHalfOfSpan)) return label.positive;
    if (isHalf || overlap >= leastOverlap) result = label.unclear;
  }
  return result;
}
