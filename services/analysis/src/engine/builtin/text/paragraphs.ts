import { enumeratorLength, wholeHeading } from './headings.ts';
import { isCapitals, isSpace, type Line } from './lines.ts';
import { zeroWidth } from './normalise.ts';

/** A paragraph with its white space collapsed, and the UTF-16 offset in the document of each of its characters. */
export interface Paragraph {
  text: string;
  offsets: Uint32Array;
  /** True for the value beside a label in a table. */
  isValue: boolean;
}

/**
 * Puts the text lines of a document together to paragraphs, healing the breaks that margins and pages made.
 *
 * @param text the normalised document that the lines are ranges of.
 */
export function* paragraphsOf(text: string, lines: readonly Line[]): Generator<Paragraph> {
  for (const group of groupLines(text, lines)) yield collapse(text, group);
}

/** A line at least this long was broken by a margin rather than ended by its author. */
function marginOf(lines: readonly Line[]): number {
  const lengths = lines.filter((line) => line.kind === 'text').map((line) => line.end - line.start);
  lengths.sort((a, b) => a - b);
  return (lengths[Math.floor(lengths.length * 0.9)] ?? 0) * 0.7;
}

const unwrappedMargin = 160;
const endsBlock = /[.:;?!]["')\]]{0,2}$|[.;:,]\s(?:and|or)$/;
const startsBlock =
  /^(?:whereas|now,? therefore|in witness whereof|witnesseth|recitals?\b|by:|name:|title:|date:|attn|attention:|re:)/i;

function groupLines(text: string, lines: readonly Line[]): Line[][] {
  const margin = marginOf(lines);
  const wrapped = margin < unwrappedMargin;
  const paragraphs: Line[][] = [];
  let current: Line[] = [];
  let blanks = 0;
  for (const line of lines) {
    if (line.kind === 'blank') blanks++;
    if (line.kind !== 'text') continue;
    const previous = current.at(-1);
    if (previous && (line.isValue || previous.isValue || !continues(previous, line, blanks))) {
      paragraphs.push(current);
      current = [];
    }
    current.push(line);
    blanks = 0;
  }
  if (current.length > 0) paragraphs.push(current);
  return paragraphs;

  function continues(previous: Line, line: Line, blankLines: number): boolean {
    const tail = text.slice(Math.max(previous.start, previous.end - 8), previous.end);
    const head = text.slice(line.start, Math.min(line.end, line.start + 70));
    const length = previous.end - previous.start;
    const open = !endsBlock.test(tail);
    const full = wrapped && length >= margin;
    if (startsBlock.test(head)) return false;
    if (enumeratorLength(head) > 0 && !(open && full && blankLines === 0)) return false;
    if (length < 90 && current.length === 1 && isHeadingLine(text.slice(previous.start, previous.end), head))
      return false;
    if (open && /^[a-z]/.test(head)) return true;
    if (!wrapped) return false;
    if (blankLines > 0)
      return open && full && blankLines <= 2 && !isCapitals(head) && /^["'(]?[A-Z\d]/.test(head) && length > 60;
    return full || (open && length >= 0.7 * margin);
  }
}

function isHeadingLine(line: string, next: string): boolean {
  const title = wholeHeading(line);
  if (title === undefined) return false;
  // A heading of two lines: both in capitals, neither numbered.
  return !(isCapitals(line) && isCapitals(next) && enumeratorLength(next) === 0 && line.length > 40);
}

/** Joins lines with single spaces and remembers where every character came from. */
function collapse(text: string, lines: readonly Line[]): Paragraph {
  const size = lines.reduce((sum, line) => sum + line.end - line.start + 1, 0);
  const offsets = new Uint32Array(size);
  let result = '';
  let length = 0;
  for (const line of lines) {
    if (length > 0 && !hyphenates(text, offsets[length - 2], offsets[length - 1], line.start)) {
      offsets[length++] = line.start - 1;
      result += ' ';
    }
    let runStart = line.start;
    let afterSpace = false;
    for (let i = line.start; i < line.end; i++) {
      const code = text.charCodeAt(i);
      const space = isSpace(code);
      if ((space && (afterSpace || code !== 32)) || code === zeroWidthCode) {
        result += text.slice(runStart, i);
        runStart = i + 1;
        if (space && !afterSpace) {
          result += ' ';
          offsets[length++] = i;
          afterSpace = true;
        }
        continue;
      }
      offsets[length++] = i;
      afterSpace = space;
    }
    result += text.slice(runStart, line.end);
  }
  return { text: result, offsets: offsets.subarray(0, length), isValue: lines[0]?.isValue ?? false };
}

const zeroWidthCode = zeroWidth.charCodeAt(0);

/**
 * Whether a word goes on in the next line, by the offsets of its last two characters. They are not looked up in the paragraph: a
 * string that grows is put together anew each time that it is read.
 */
function hyphenates(text: string, beforeLast: number | undefined, last: number | undefined, next: number): boolean {
  if (beforeLast === undefined || last === undefined) return false;
  return text[last] === '-' && isSmallLetter(text.charCodeAt(beforeLast)) && isSmallLetter(text.charCodeAt(next));
}

function isSmallLetter(code: number): boolean {
  return code >= 97 && code <= 122;
}
