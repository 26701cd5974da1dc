import type { TextRange } from '../../builtin/spans.ts';
import { reach } from './tokens.ts';

export interface SectionLimits {
  /** What a section may cost at most, as `estimateTokens` counts. */
  maxTokens: number;
  /** How far a section reaches back into the one before, so that a clause on the border is whole in one of them. */
  overlapChars: number;
}

/** Where a text is best cut, best first: between paragraphs, lines, sentences, words. */
const borders = [/\n\s*\n/g, /\n/g, /[.;:?!]["')\]]*\s/g, /\s/g];
/** The last part of a section, in which its end is looked for. */
const searchedShare = 0.4;

/**
 * Cuts a text into overlapping sections that each fit. Together they have every character of it, in order.
 *
 * @throws {RangeError} if a section has no room for even one character
 */
export function cutSections(text: string, limits: SectionLimits): TextRange[] {
  const sections: TextRange[] = [];
  for (let start = 0, covered = 0; covered < text.length; ) {
    const furthest = reach(text, start, limits.maxTokens);
    const end = furthest === text.length ? furthest : borderBefore(text, start, furthest);
    if (end <= covered) {
      if (start === covered) throw new RangeError('a section has no room for a single character');
      // The overlap alone fills the section.
      start = covered;
      continue;
    }
    sections.push({ start, end });
    covered = end;
    start = overlapStart(text, start, end, limits.overlapChars);
  }
  return sections;
}

/** Two overlapping halves, or undefined when the section is too short to be cut. */
export function halve(text: string, { start, end }: TextRange, overlapChars: number): TextRange[] | undefined {
  if (end - start < 4 * overlapChars || end - start < shortest) return undefined;
  const middle = borderBefore(text, start, Math.ceil((start + end) / 2));
  return [
    { start, end: middle },
    { start: overlapStart(text, start, middle, overlapChars), end },
  ];
}

const shortest = 500;

function borderBefore(text: string, start: number, furthest: number): number {
  const from = Math.floor(furthest - (furthest - start) * searchedShare);
  const tail = text.slice(from, furthest);
  for (const border of borders) {
    const last = [...tail.matchAll(border)].at(-1);
    if (last) return from + last.index + last[0].length;
  }
  return isLowSurrogate(text, furthest) ? furthest - 1 : furthest;
}

/** The beginning of a sentence or line within the overlap; never where the section before begins, or nothing would move on. */
function overlapStart(text: string, start: number, end: number, overlapChars: number): number {
  const from = Math.max(start + 1, end - Math.min(overlapChars, Math.floor((end - start) / 4)));
  if (from >= end) return end;
  const beginning = /\n|[.;:?!]["')\]]*\s/.exec(text.slice(from, end));
  const at = beginning ? from + beginning.index + beginning[0].length : from;
  return isLowSurrogate(text, at) ? at + 1 : at;
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}
