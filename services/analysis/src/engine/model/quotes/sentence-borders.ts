import type { TextRange } from '../../builtin/spans.ts';
import { segment } from '../../builtin/text/segmentation.ts';

/** How far beyond its section a sentence is followed. */
const farthest = 3000;
/** A range is not made longer than this by completing its sentences. */
const longestCompletion = 2500;
const wordCharacter = /[\p{L}\p{N}\p{M}]/u;

/** Where the sentences of one section of a document begin and end. */
export class SentenceBorders {
  readonly #text: string;
  readonly #section: TextRange;
  #sentences: TextRange[] | undefined;

  constructor(text: string, section: TextRange) {
    this.#text = text;
    this.#section = section;
  }

  /** A range of the section, extended to whole sentences, or to whole words where there is no telling what a sentence is. */
  complete(range: TextRange): TextRange {
    const words = wholeWords(this.#text, range);
    this.#sentences ??= this.#read();
    const touched = this.#sentences.filter(({ start, end }) => start < words.end && end > words.start);
    const start = Math.min(words.start, ...touched.map((sentence) => sentence.start));
    const end = Math.max(words.end, ...touched.map((sentence) => sentence.end));
    return end - start <= words.end - words.start + longestCompletion ? trimmed(this.#text, { start, end }) : words;
  }

  #read(): TextRange[] {
    const from = lineStart(this.#text, this.#section.start);
    const to = lineEnd(this.#text, this.#section.end);
    return segment(this.#text.slice(from, to), [])
      .filter(({ kind }) => kind === 'prose')
      .map(({ start, end }) => ({ start: from + start, end: from + end }));
  }
}

function wholeWords(text: string, range: TextRange): TextRange {
  let { start, end } = range;
  while (start > 0 && isInsideWord(text, start)) start--;
  while (end < text.length && isInsideWord(text, end)) end++;
  return trimmed(text, { start, end });
}

function isInsideWord(text: string, at: number): boolean {
  return wordCharacter.test(text.charAt(at - 1)) && wordCharacter.test(text.charAt(at));
}

function trimmed(text: string, { start, end }: TextRange): TextRange {
  const own = text.slice(start, end);
  return { start: end - own.trimStart().length, end: start + own.trimEnd().length };
}

/** The beginning of the paragraph that the offset is in, or of a line, or wherever the limit is. */
function lineStart(text: string, offset: number): number {
  const from = Math.max(0, offset - farthest);
  const before = text.slice(from, offset);
  const at = before.lastIndexOf('\n\n');
  if (at >= 0) return from + at + 2;
  const line = before.indexOf('\n');
  return from === 0 || line < 0 ? whole(text, from) : from + line + 1;
}

function lineEnd(text: string, offset: number): number {
  const to = Math.min(text.length, offset + farthest);
  const after = text.slice(offset, to);
  const at = after.indexOf('\n\n');
  if (at >= 0) return offset + at;
  const line = after.lastIndexOf('\n');
  return to === text.length || line < 0 ? whole(text, to) : offset + line;
}

/** Not between the halves of a surrogate pair. */
function whole(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
