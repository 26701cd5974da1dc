import type { TextLine } from './pdf-lines.ts';

/** What tells, in a column of text, a line that the page wrapped from a line that its author ended. In points. */
interface ColumnMeasures {
  rightMargin: number;
  /** From baseline to baseline inside a paragraph. */
  pitch: number;
}

/** A gap wider than the pitch by this factor separates paragraphs. */
const paragraphGap = 1.3;
/** Sizes further apart than this factor are not of one paragraph. */
const fontChange = 1.15;
/** A line of running text is longer than this, so a shorter one before a numbered line is an entry of a list. */
const shortestWrappedLine = 60;

/** In ems. */
const longWord = 8;

const endsSentence = /[.;:!?]["'”’)\]]*$|[;,] (?:and|or)$/;
const endsInMidSentence = /[\p{L}\p{N},’')]$/u;
const startsInMidSentence = /^\p{Ll}/u;
const startsListItem =
  /^(?:[•·▪‣◦●○■□–—*-] |\(?(?:[a-z]{1,2}|[ivxl]{1,6}|\d{1,3})[.)](?: |$)|\d{1,3}(?:\.\d{1,3})+\.? |(?:section|article|schedule|exhibit|annex|appendix) [\divxl])/i;

/**
 * The text of a page. A paragraph that the page wrapped is put back on one line, lines that their author ended stay on
 * their own, and a blank line stands where the page leaves a gap.
 */
export function paragraphsOf(lines: readonly TextLine[]): string {
  const parts: string[] = [];
  for (const column of columnsOf(lines)) {
    const measures = measure(column);
    let previous: TextLine | undefined;
    for (const line of column) {
      if (previous) parts.push(separator(previous, line, measures));
      else if (parts.length > 0) parts.push('\n\n');
      parts.push(line.text);
      previous = line;
    }
  }
  return parts.join('');
}

/** Text that jumps up the page goes on in another column. */
function columnsOf(lines: readonly TextLine[]): TextLine[][] {
  const columns: TextLine[][] = [];
  let previous: TextLine | undefined;
  for (const line of lines) {
    if (previous && line.baseline > previous.baseline - line.fontSize) columns.at(-1)?.push(line);
    else columns.push([line]);
    previous = line;
  }
  return columns;
}

function measure(column: readonly TextLine[]): ColumnMeasures {
  const pitches: number[] = [];
  for (const [index, line] of column.entries()) {
    const previous = column[index - 1];
    if (previous && line.baseline > previous.baseline + 0.5 * line.fontSize) {
      pitches.push(line.baseline - previous.baseline);
    }
  }
  const rights = column.map((line) => line.right);
  return {
    // Not the widest line: one title across the page would make every other line look short.
    rightMargin: quantile(rights, 0.9),
    // Not the middle one: a page of headings and short clauses has more gaps than wrapped lines.
    pitch: quantile(pitches, 0.25),
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}

function separator(previous: TextLine, line: TextLine, column: ColumnMeasures): '\n\n' | '\n' | ' ' | '' {
  if (line.baseline - previous.baseline > paragraphGap * column.pitch) return '\n\n';
  if (Math.max(line.fontSize / previous.fontSize, previous.fontSize / line.fontSize) > fontChange) return '\n\n';
  if (isEndedByAuthor(previous, line, column)) return '\n';
  return /\p{L}-$/u.test(previous.text) ? '' : ' ';
}

function isEndedByAuthor(previous: TextLine, line: TextLine, column: ColumnMeasures): boolean {
  if (previous.tabular || line.tabular) return true;
  const isListItem = startsListItem.test(line.text);
  const followsListItem = startsListItem.test(previous.text);
  if (isListItem && followsListItem && previous.text.length < shortestWrappedLine) return true;
  if (!isListItem && startsInMidSentence.test(line.text) && endsInMidSentence.test(previous.text)) return false;
  if (hadRoomFor(firstWordOf(line), previous, column)) return true;
  if (!endsSentence.test(previous.text)) return false;
  const isFirstLineIndented = line.left > previous.left + line.fontSize && !followsListItem;
  return isListItem || isFirstLineIndented || isHeading(line, column);
}

/** Of the lines of a paragraph only the last is short, and that one ends a sentence. */
function isHeading(line: TextLine, column: ColumnMeasures): boolean {
  return hadRoomFor(longWord * line.fontSize, line, column) && /^[\p{Lu}\p{N}].*[^.,;:]$/u.test(line.text);
}

/** Had the page wrapped the line, the next word would have stood on it. */
function hadRoomFor(wordWidth: number, line: TextLine, column: ColumnMeasures): boolean {
  const space = 0.25 * line.fontSize;
  return line.right + space + wordWidth < column.rightMargin;
}

function firstWordOf(line: TextLine): number {
  const end = line.text.indexOf(' ');
  const share = end === -1 ? 1 : end / line.text.length;
  return share * (line.right - line.left);
}
