/**
 * - `text`: part of the contract;
 * - `blank`: nothing but white space;
 * - `furniture`: page numbers, running headers and footers, filing stamps, rules;
 * - `contents`: an entry of the table of contents.
 */
export type LineKind = 'text' | 'blank' | 'furniture' | 'contents';

/** The UTF-16 range of one line without the white space around it. */
export interface Line {
  start: number;
  end: number;
  kind: LineKind;
  /** True for the value beside a label in a row of a table: it is no heading, however short. */
  isValue?: true;
}

const pageNumber =
  /^(?:[-\u2022|[(<\s]*(?:page\s*)?(?:[a-z]{1,3}-)?\d{1,4}(?:\s*(?:of|\/)\s*\d{1,4})?[-|\])>\s.]*|[-\s]*[ivxl]{1,7}[-\s]*|page\s+\w{1,6})$/i;
const rule = /^[-_=*.~#\s]{4,}$/;
const filingStamp = /\s*Source:\s[^\n]{2,90},\s*[A-Z0-9][^\n]{0,30}\d{1,2}\/\d{1,2}\/\d{2,4}\s*$/;
const pageTag = /^\[?(?:page|signature page follows|remainder of (?:this )?page.{0,40})\]?\.?$/i;

/** A page boundary, as a UTF-16 offset range. */
export interface PageBreak {
  start: number;
  end: number;
}

/**
 * Splits a normalised text into lines and says what each is.
 *
 * @param pages UTF-16 ranges of the pages, in order; empty when the text has no pages. They tell running headers apart.
 */
export function splitLines(text: string, pages: readonly PageBreak[]): Line[] {
  const lines: Line[] = [];
  const lineEnd = /[\n\r\f\v\u2028\u2029\u0085]/g;
  let from = 0;
  while (from <= text.length) {
    lineEnd.lastIndex = from;
    const match = lineEnd.exec(text);
    const to = match ? match.index : text.length;
    const cell = endOfLabel(text, from, to);
    if (cell > 0) lines.push(classify(text, from, cell), { ...classify(text, cell, to), isValue: true });
    else lines.push(classify(text, from, to));
    from = to + 1;
  }
  markRunningLines(text, lines, pages);
  markContents(text, lines);
  return lines;
}

function classify(text: string, from: number, to: number): Line {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  if (start === end) return { start, end, kind: 'blank' };
  const length = end - start;
  if (length <= 200) {
    const line = text.slice(start, end);
    if ((length <= 16 && pageNumber.test(line)) || rule.test(line) || pageTag.test(line)) {
      return { start, end, kind: 'furniture' };
    }
  }
  const tail = Math.max(start, end - 140);
  const stamp = filingStamp.exec(text.slice(tail, end));
  if (stamp) {
    const stampStart = tail + stamp.index;
    if (stampStart <= start || pageNumber.test(text.slice(start, stampStart))) return { start, end, kind: 'furniture' };
    return { start, end: stampStart, kind: 'text' };
  }
  return { start, end, kind: 'text' };
}

const longestLabel = 60;
const label = /^[A-Z][A-Za-z'&/() -]{1,58}:?\s{0,4}$/;

/**
 * Where the first cell of a table's row ends that is a label beside its value (`Governing Law`, tab, `Delaware`), so that the
 * label is read as the heading of the value; -1 for any other line.
 */
function endOfLabel(text: string, from: number, to: number): number {
  // Not the whole text: each of its lines would be searched to the end of it for a tab.
  const at = text.slice(from, Math.min(to, from + longestLabel + 1)).indexOf('\t');
  if (at < 0) return -1;
  const tab = from + at;
  const value = text.slice(tab + 1, to).trim();
  const isPair = value !== '' && !value.includes('\t') && !/^[\divxl.]{1,6}$/i.test(value);
  return isPair && label.test(text.slice(from, tab)) && !partLabel.test(text.slice(from, tab)) ? tab : -1;
}

const longestRunningLine = 120;

/** Marks lines that repeat at the top or bottom of pages, except where such a line stands first: that may be the title. */
function markRunningLines(text: string, lines: Line[], pages: readonly PageBreak[]): void {
  if (pages.length < 3) return;
  const candidates = new Map<string, Line[]>();
  let cursor = 0;
  for (const page of pages) {
    const onPage: Line[] = [];
    while (cursor < lines.length && (lines[cursor]?.start ?? 0) < page.end) {
      const line = lines[cursor];
      if (line?.kind === 'text' && line.start >= page.start) onPage.push(line);
      cursor++;
    }
    const edges = new Set([...onPage.slice(0, 2), ...onPage.slice(-2)]);
    for (const line of edges) {
      if (line.end - line.start > longestRunningLine) continue;
      const key = text.slice(line.start, line.end).replace(/\d+/g, '#').toLowerCase();
      const seen = candidates.get(key);
      if (seen) seen.push(line);
      else candidates.set(key, [line]);
    }
  }
  const needed = Math.max(3, Math.ceil(pages.length * 0.3));
  for (const repeated of candidates.values()) {
    if (repeated.length < needed) continue;
    for (const line of repeated.slice(1)) line.kind = 'furniture';
  }
}

const contentsTitle = /^(?:table of contents|contents|index)\s*(?:\(continued\))?:?$/i;
const dotLeader = /(?:\.\s?){4,}\s*(?:page\s*)?(?:[a-z]{1,3}-)?[\divxl]{1,6}$/i;
const contentsEntry = /^.{2,110}\s(?:[a-z]{1,3}-)?\d{1,3}$/i;
/** A numbered line in which every word of four letters or more is capitalised, as in a list of headings. */
const numberedTitle =
  /^(?:\d{1,3}(?:\.\d{1,3}){0,3}|[ivxl]{1,6}|[A-Z])[.)]?\s(?:(?:[A-Z\d"(&][\w'"()&/-]{0,30}|[a-z]{1,3})[,;]?\s?){1,12}\.?$/;
const partLabel = /^(?:article|section|schedule|exhibit|annex|appendix|attachment|part|page)\b/i;

/** Marks the entries of a table of contents: headings that introduce nothing would mislead every detector. */
function markContents(text: string, lines: Line[]): void {
  let inContents = false;
  let misses = 0;
  for (const line of lines) {
    if (line.kind !== 'text') continue;
    const length = line.end - line.start;
    const content = length <= 140 ? text.slice(line.start, line.end) : '';
    if (content && contentsTitle.test(content)) {
      inContents = true;
      misses = 0;
      line.kind = 'contents';
      continue;
    }
    if (content && dotLeader.test(content)) {
      line.kind = 'contents';
      continue;
    }
    if (!inContents) continue;
    const entry =
      content !== '' &&
      (contentsEntry.test(content) || partLabel.test(content) || isCapitals(content) || numberedTitle.test(content));
    if (entry) {
      misses = 0;
      line.kind = 'contents';
    } else if (length > 140 || ++misses > 2) {
      inContents = false;
    }
  }
}

/** True when nearly all letters are capitals, and there are a few. */
export function isCapitals(text: string): boolean {
  let upper = 0;
  let lower = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 65 && code <= 90) upper++;
    else if (code >= 97 && code <= 122) lower++;
  }
  return upper >= 3 && upper >= 9 * lower;
}

export function isSpace(code: number): boolean {
  return (
    code === 32 || (code >= 9 && code <= 13) || code === 0x85 || code === 0xa0 || code === 0x2028 || code === 0x2029
  );
}
