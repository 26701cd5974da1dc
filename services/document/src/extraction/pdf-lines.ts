import { withoutLineBreakCharacters } from './line-break-characters.ts';

/** A piece of text on a page, in points: `x` grows to the right, `y` downwards, and is the baseline. */
export interface TextRun {
  text: string;
  x: number;
  y: number;
  width: number;
  fontSize: number;
}

/** What stands on one baseline of a page, read from left to right; in points. */
export interface TextLine {
  text: string;
  left: number;
  right: number;
  baseline: number;
  fontSize: number;
  /** Its parts stand in columns, as in a table or a table of contents. */
  tabular: boolean;
}

/** Wider than justified text spreads its words, narrower than columns stand apart. In ems. */
const columnGap = 3;
/** A gap that separates words, where the file has no space character for it. In ems. */
const wordGap = 0.15;
/** How far from the baseline a superscript or subscript may sit and still be of the line. In ems. */
const baselineShift = 0.5;

/** Stands apart from the text that it numbers, which makes no table. */
const listLabel = /^(?:\(?\w{1,5}[.)]|\d+(?:\.\d+)*|[•·▪–—-])$/;

/** Gathers the runs of a page into lines. The runs' order is kept, because it is the author's reading order. */
export function linesOf(runs: Iterable<TextRun>): TextLine[] {
  const lines: TextLine[] = [];
  let previous: TextRun | undefined;
  let spacePending = false;
  for (const run of runs) {
    if (run.text.trim() === '') {
      spacePending ||= run.text !== '';
      continue;
    }
    if (previous && isOverprint(previous, run)) continue;
    const line = lines.at(-1);
    if (line && continues(line, run)) append(line, run, spacePending);
    else lines.push(lineFrom(run));
    previous = run;
    spacePending = false;
  }
  for (const line of lines) {
    line.text = withoutLineBreakCharacters(line.text).replaceAll('\u00ad', '-').replace(/\s+/g, ' ').trim();
  }
  return lines;
}

/** Bold is sometimes faked by printing the same text twice, a hair apart. */
function isOverprint(previous: TextRun, run: TextRun): boolean {
  return run.text === previous.text && Math.abs(run.x - previous.x) < 1 && Math.abs(run.y - previous.y) < 1;
}

function continues(line: TextLine, run: TextRun): boolean {
  const em = Math.max(line.fontSize, run.fontSize);
  return Math.abs(run.y - line.baseline) <= baselineShift * em && run.x >= line.right - 0.5 * em;
}

function lineFrom(run: TextRun): TextLine {
  return {
    text: run.text,
    left: run.x,
    right: run.x + run.width,
    baseline: run.y,
    fontSize: run.fontSize,
    tabular: false,
  };
}

function append(line: TextLine, run: TextRun, spacePending: boolean): void {
  const gap = run.x - line.right;
  line.tabular ||= gap > columnGap * line.fontSize && !listLabel.test(line.text);
  line.text += spacePending || gap > wordGap * line.fontSize ? ` ${run.text}` : run.text;
  if (run.fontSize > line.fontSize) {
    line.fontSize = run.fontSize;
    line.baseline = run.y;
  }
  line.right = Math.max(line.right, run.x + run.width);
}
