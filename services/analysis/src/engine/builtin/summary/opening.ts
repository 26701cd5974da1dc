import { documentRange, type Segment } from '../text/segmentation.ts';

/** A run of segments as one text, whose ranges can be traced back to the document. */
export interface JoinedText {
  text: string;
  /** The document range (UTF-16) of the characters [from, to) of `text`, which must be inside one segment. */
  range(from: number, to: number): { start: number; end: number };
}

/** Joins segments with line feeds. */
export function joinSegments(segments: readonly Segment[]): JoinedText {
  const starts: number[] = [];
  let text = '';
  for (const segment of segments) {
    if (text !== '') text += '\n';
    starts.push(text.length);
    text += segment.text;
  }
  return {
    text,
    range(from, to) {
      let index = starts.findLastIndex((start) => start <= from);
      if (index < 0) index = 0;
      const segment = segments[index];
      const base = starts[index];
      if (!segment || base === undefined) throw new RangeError(`no segment at ${from}`);
      return documentRange(segment, from - base, Math.min(to - base, segment.text.length));
    },
  };
}

const openingChars = 6000;
const mostOpeningSegments = 80;

/** The segments of the first pages' worth of text: title, parties, dates, recitals. */
export function openingOf(segments: readonly Segment[]): Segment[] {
  const opening: Segment[] = [];
  let chars = 0;
  for (const segment of segments) {
    if (opening.length >= mostOpeningSegments || chars > openingChars) break;
    opening.push(segment);
    chars += segment.text.length;
  }
  return opening;
}

/** The value that a cover page gives for a label: `Governing Law: Delaware`, or the paragraph under the heading `Governing Law`. */
export function labelledValue(segments: readonly Segment[], label: RegExp, longest = 160): Segment | undefined {
  const index = segments.findIndex((segment) => segment.kind === 'heading' && label.test(bareLabel(segment.text)));
  const value = index < 0 ? undefined : segments[index + 1];
  return value && value.text.length <= longest && value.text.length >= 2 ? value : undefined;
}

function bareLabel(text: string): string {
  return text
    .replace(/^[\d.()#*\s]{0,12}/, '')
    .replace(/[\s:.*]{1,4}$/, '')
    .toLowerCase();
}
