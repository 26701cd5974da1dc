import type { Segment } from '../text/segmentation.ts';

const numbered = /^(?:(?:section|article|clause)\s)?(\d{1,2}(?:\.\d{1,2}){0,3}|[IVXL]{1,6})[.):]?(?=\s|$)/i;

/**
 * The first sentence of each numbered section, by its number. Where numbers begin anew, as in a schedule, the first section of the
 * number counts.
 */
export function findSections(segments: readonly Segment[]): Map<string, Segment> {
  const sections = new Map<string, Segment>();
  for (const [at, segment] of segments.entries()) {
    const number = numbered.exec(segment.text)?.[1]?.toUpperCase();
    if (number === undefined || sections.has(number)) continue;
    const following = segments[at + 1];
    const isHeading = segment.kind === 'heading' && following?.kind === 'prose';
    sections.set(number, isHeading ? following : segment);
  }
  return sections;
}
