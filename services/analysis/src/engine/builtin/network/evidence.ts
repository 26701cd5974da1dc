import { type CuadCategory, cuadCategories } from '../clauses/categories.ts';
import type { Detections } from '../clauses/detect.ts';
import type { IdentityFindings } from '../clauses/report.ts';
import type { Segment } from '../text/segmentation.ts';

export const categoryCount = cuadCategories.length;

/** What speaks for each category in a document. The tables have one row per segment and one column per category. */
export interface Evidence {
  segmentCount: number;
  /** The networks' logits. */
  logits: Float32Array;
  /** The rules' weights; 0 where no rule speaks. */
  rules: Float32Array;
  /** Per category, the score of what the opening says (title, parties, dates); 0 when it says nothing. */
  named: Float32Array;
}

export function evidenceOf(
  segments: readonly Segment[],
  logits: Float32Array,
  detections: Detections,
  identity: IdentityFindings,
): Evidence {
  const rules = new Float32Array(segments.length * categoryCount);
  const named = new Float32Array(categoryCount);
  for (const [column, category] of cuadCategories.entries()) {
    named[column] = identity.get(category)?.score ?? 0;
    const detection = detections.get(category);
    if (!detection) continue;
    for (const hits of [detection.hits, detection.near])
      for (const { segment, weight } of hits) rules[segment.index * categoryCount + column] = weight;
  }
  return { segmentCount: segments.length, logits, rules, named };
}

const fromOpening: ReadonlySet<CuadCategory> = new Set([
  'Document Name',
  'Parties',
  'Agreement Date',
  'Effective Date',
  'Expiration Date',
]);

/** Which columns are clauses that rules look for, rather than read from the opening. */
export const hasRules: readonly boolean[] = cuadCategories.map((category) => !fromOpening.has(category));
