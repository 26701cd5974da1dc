import type { CuadCategory } from '../clauses/categories.ts';
import { findDates, type NumericOrder } from '../expressions/dates.ts';
import type { TextRange } from '../spans.ts';
import { blankDate } from '../summary/agreement-date.ts';
import { documentRange, type Segment } from '../text/segmentation.ts';

/**
 * What of a segment is quoted for a category: of a date, its words; otherwise the whole segment.
 */
export function wordingOf(category: CuadCategory, segment: Segment, order: NumericOrder): TextRange[] {
  switch (category) {
    case 'Agreement Date':
    case 'Effective Date': {
      const dates = findDates(segment.text, order).map(({ start, end }) => documentRange(segment, start, end));
      const blank = dates.length === 0 ? blankDate([segment]) : undefined;
      return dates.length > 0 ? dates : [blank?.range ?? segment];
    }
    default:
      return [segment];
  }
}
