import { enumeratorLength, runInHeading, wholeHeading } from './headings.ts';
import { isCapitals, type PageBreak, splitLines } from './lines.ts';
import { normalise } from './normalise.ts';
import { type Paragraph, paragraphsOf } from './paragraphs.ts';
import { splitSentences } from './sentences.ts';

/** One sentence, list item or heading of a contract: the unit that is searched for clauses and quoted. */
export interface Segment {
  index: number;
  kind: 'heading' | 'prose';
  /** Its UTF-16 range [start, end) in the document. */
  start: number;
  end: number;
  /** Its text with quotes straightened, white space collapsed and page furniture left out. */
  text: string;
  /** `text` in lower case; every character keeps its offset. */
  lower: string;
  /** The lower-case heading it stands under, or that opens its paragraph; empty when there is none. */
  heading: string;
  /** The lower-case heading of the part (article, numbered section, capitals) it stands under. */
  part: string;
  /** The lower-case text that introduces the list this is an item of (at most its last 300 characters); empty elsewhere. */
  leadIn: string;
  /** UTF-16 offset in the document of each character of `text`. */
  offsets: Uint32Array;
}

/** The document range of the characters [from, to) of a segment's text; `to` must be greater than `from`. */
export function documentRange(segment: Segment, from: number, to: number): { start: number; end: number } {
  const start = segment.offsets[from];
  const last = segment.offsets[to - 1];
  if (start === undefined || last === undefined)
    throw new RangeError(`segment ${segment.index} has no range ${from}..${to}`);
  return { start, end: last + 1 };
}

/**
 * A document is cut up to about here. It is what 3,000 dense pages have; only a text that means to tire has more, and each one costs the memory
 * and the time of a sentence, be it a single letter.
 */
export const mostSegments = 200_000;

/**
 * Cuts a document into paragraphs, and those into headings and sentences with their exact ranges. With {@link mostSegments} it is done, and the
 * rest of the document is in none.
 *
 * Page numbers, running headers and tables of contents belong to no segment; a sentence that runs over a page break is one
 * segment, whose range includes what stands between.
 *
 * @param pages UTF-16 ranges of the pages, empty when unknown.
 */
export function segment(document: string, pages: readonly PageBreak[]): Segment[] {
  const text = normalise(document);
  const builder = new SegmentBuilder();
  for (const paragraph of paragraphsOf(text, splitLines(text, pages))) {
    builder.add(paragraph);
    if (builder.isFull) break;
  }
  return builder.segments;
}

const longestLeadIn = 300;
const topLevel =
  /^(?:article|schedule|exhibit|annex|appendix|attachment)\b|^section\s+\d{1,3}(?!\.\d|\d)|^\d{1,3}[.)]?\s|^[ivxl]{1,6}\.\s|^#{1,2}\s/i;
const listItem =
  /^(?:\(?(?:[a-z]|[ivx]{1,5}|\d{1,2})\)|[a-z]\.|[\u2022\u00b7\u25cf\u25aa\u25a0\u25cb\uf0b7-]\s|\[[ x]{0,4}\])/i;

/** What follows the colon of a list whose numbers were lost: it goes on in lower case, or ends as items do. */
const unnumberedItem = /^[a-z]|;(?:\s(?:and|or))?$/;

class SegmentBuilder {
  readonly segments: Segment[] = [];
  #part = '';
  #heading = '';
  #leadIn = '';

  get isFull(): boolean {
    return this.segments.length >= mostSegments;
  }

  add({ text, offsets, isValue }: Paragraph): void {
    if (text === '') return;
    const whole = isValue ? undefined : wholeHeading(text);
    if (whole !== undefined) {
      this.#enter(text, whole);
      this.#push('heading', text, offsets, 0, text.length, '');
      return;
    }
    const isItem = listItem.test(text) || (this.#leadIn !== '' && unnumberedItem.test(text));
    if (!isItem) this.#leadIn = '';
    else if (this.#leadIn === '') this.#leadIn = this.#openSentence();
    const runIn = runInHeading(text);
    let from = 0;
    if (runIn) {
      if (!isItem || topLevel.test(text)) this.#enter(text, runIn.title);
      else this.#heading = runIn.title.toLowerCase();
      this.#push('heading', text, offsets, 0, runIn.length, '');
      from = runIn.length;
    }
    this.#prose(text, offsets, from, isItem);
  }

  #prose(text: string, offsets: Uint32Array, from: number, isItem: boolean): void {
    let lead = isItem ? this.#leadIn : '';
    for (const [start, end] of splitSentences(text.slice(from))) {
      if (this.isFull) return;
      if (this.#enterInlineHeading(text, offsets, from + start, from + end)) continue;
      const pushed = this.#push('prose', text, offsets, from + start, from + end, lead);
      if (listItem.test(pushed.text) && !isItem) continue;
      lead = introduces(pushed.lower) ? tailOf(pushed.lower) : isItem && pushed.lower.endsWith(';') ? lead : '';
      if (!isItem || introduces(pushed.lower)) this.#leadIn = lead;
    }
  }

  /** A numbered heading inside a paragraph that has lost its line breaks. */
  #enterInlineHeading(text: string, offsets: Uint32Array, from: number, to: number): boolean {
    if (to - from > 90) return false;
    const sentence = text.slice(from, to);
    const title = enumeratorLength(sentence) > 0 ? wholeHeading(sentence) : undefined;
    if (!title) return false;
    this.#enter(sentence, title);
    this.#push('heading', text, offsets, from, to, '');
    return true;
  }

  /** The previous segment, when it broke off without punctuation before this list item. */
  #openSentence(): string {
    const previous = this.segments.at(-1);
    return previous?.kind === 'prose' && /[a-z,-]$/.test(previous.lower) && previous.text.length > 20
      ? tailOf(previous.lower)
      : '';
  }

  #enter(text: string, title: string): void {
    const lower = title.toLowerCase();
    if (topLevel.test(text) || isCapitals(title)) this.#part = lower;
    if (lower !== '') this.#heading = lower;
    this.#leadIn = '';
  }

  #push(kind: Segment['kind'], text: string, offsets: Uint32Array, from: number, to: number, leadIn: string): Segment {
    let end = to;
    while (end > from + 1 && text.charCodeAt(end - 1) === 32) end--;
    const own = text.slice(from, end);
    const pushed: Segment = {
      index: this.segments.length,
      kind,
      start: offsets[from] ?? 0,
      end: (offsets[end - 1] ?? 0) + 1,
      text: own,
      lower: own.toLowerCase(),
      heading: this.#heading,
      part: this.#part,
      leadIn,
      offsets: offsets.subarray(from, end),
    };
    this.segments.push(pushed);
    return pushed;
  }
}

/** A sentence that opens a list: it ends in a colon, or in the text before the first item of an enumeration. */
function introduces(lower: string): boolean {
  return /[:\u2014-]$/.test(lower) || /:\s\(?(?:a|i|1)[.)]\s/.test(lower);
}

function tailOf(lower: string): string {
  return lower.length > longestLeadIn ? lower.slice(-longestLeadIn) : lower;
}
