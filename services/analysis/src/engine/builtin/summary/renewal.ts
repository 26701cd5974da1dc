import type { Segment } from '../text/segmentation.ts';

/** True when the passages on renewal let the contract go on by itself. */
export function isAutomatic(clauses: readonly Segment[]): boolean {
  return clauses.some(({ lower }) =>
    /automatic|\bshall (?:then )?be (?:renewed|extended)\b|from year to year|month to month/.test(lower),
  );
}
