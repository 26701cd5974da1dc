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
  /^(?:[•·▪‣◦●○■□–—*-] |\(?(?:[a-z]{1,2}|[ivxl]{1,6}|\d{1,3})[.)](?: |$)|(?:\d{1,3}|[a-z])(?:\.\d{1,3})+\.? |(?:section|article|schedule|exhibit|annex|appendix) [\divxl])/i;
const inlineListItem = /\S \((?:[a-z]{1,2}|[ivx]{1,5}|\d{1,2})\) /;

/**
 * The text of a page. A paragraph that the page wrapped is put back on one line, lines that their author ended stay on
 * their own, and a blank line stands where the page leaves a gap.
 */
export function paragraphsOf(lines: readonly TextLine[]): string {
  return columnsOf(lines).map(columnText).join('\n\n');
}

function columnText(column: readonly TextLine[]): string {
  const measures = measure(column);
  const [first, ...others] = column;
  let text = '';
  let paragraph = first?.text ?? '';
  let previous = first;
  for (const line of others) {
    const separator = previous ? separatorOf(paragraph, previous, line, measures) : '';
    if (separator.startsWith('\n')) {
      text += paragraph + separator;
      paragraph = line.text;
    } else paragraph += separator + line.text;
    previous = line;
  }
  return text + paragraph;
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
  const gaps: number[] = [];
  const gapsInSentences: number[] = [];
  for (const [index, line] of column.entries()) {
    const previous = column[index - 1];
    if (!previous || line.baseline < previous.baseline + 0.5 * line.fontSize) continue;
    gaps.push(line.baseline - previous.baseline);
    if (goesOn(previous, line)) gapsInSentences.push(line.baseline - previous.baseline);
  }
  const rights = column.map((line) => line.right);
  return {
    // Not the widest line: one title across the page would make every other line look short.
    rightMargin: quantile(rights, 0.9),
    // Where no sentence goes on, most lines are headings and short clauses, so the usual gap is not the pitch.
    pitch: gapsInSentences.length > 0 ? quantile(gapsInSentences, 0.5) : quantile(gaps, 0.25),
  };
}

/** The second line continues a sentence of the first, by its letters alone. */
function goesOn(previous: TextLine, line: TextLine): boolean {
  return (
    startsInMidSentence.test(line.text) && endsInMidSentence.test(previous.text) && !startsListItem.test(line.text)
  );
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}

type Separator = '\n\n' | '\n' | ' ' | '';

/** `paragraph` is what precedes the line in its paragraph, up to and with the previous line. */
function separatorOf(paragraph: string, previous: TextLine, line: TextLine, column: ColumnMeasures): Separator {
  if (line.baseline - previous.baseline > paragraphGap * column.pitch) return '\n\n';
  if (Math.max(line.fontSize / previous.fontSize, previous.fontSize / line.fontSize) > fontChange) return '\n\n';
  if (isEndedByAuthor(paragraph, previous, line, column)) return '\n';
  return /\p{L}-$/u.test(previous.text) || /^[)\].,;:]/.test(line.text) ? '' : ' ';
}

function isEndedByAuthor(paragraph: string, previous: TextLine, line: TextLine, column: ColumnMeasures): boolean {
  if (previous.tabular || line.tabular) return true;
  const isListItem = startsListItem.test(line.text) && !isListedInline(paragraph, line);
  const followsListItem = startsListItem.test(previous.text);
  if (isListItem && followsListItem && previous.text.length < shortestWrappedLine) return true;
  if (goesOn(previous, line)) return false;
  if (hadRoomFor(firstWordOf(line), previous, column)) return true;
  if (!endsSentence.test(previous.text)) return false;
  const isFirstLineIndented = line.left > previous.left + line.fontSize && !followsListItem;
  return isListItem || isFirstLineIndented || isHeading(line, column);
}

/** A list that began in the middle of a line goes on wherever the page wraps it. */
function isListedInline(paragraph: string, line: TextLine): boolean {
  return line.text.startsWith('(') && inlineListItem.test(paragraph);
}

/** Of the lines of a paragraph only the last is short, and that one ends a sentence. */
function isHeading(line: TextLine, column: ColumnMeasures): boolean {
  return hadRoomFor(longWord * line.fontSize, line, column) && /^[\p{Lu}\p{N}].*[^.,;:]$/u.test(line.text);
}

/** Had the page wrapped the line, the next word would have stood on it. */
function hadRoomFor(wordWidth: number, line: TextLine, column: ColumnMeasures): boolean {
  // An em more than a space takes, because the width of the word is an estimate.
  return line.right + line.fontSize + wordWidth < column.rightMargin;
}

function firstWordOf(line: TextLine): number {
  const end = line.text.indexOf(' ');
  const share = end === -1 ? 1 : end / line.text.length;
  return share * (line.right - line.left);
}
