import type { ExtractedText } from '../domain/document.ts';

/** About what a printed page of a contract holds, in UTF-16 code units. */
const charsPerPage = 3_000;

/** Puts pages one after the other, with a blank line between those that have text. */
export function separatePages(pages: readonly string[]): string[] {
  const last = pages.findLastIndex((page) => page !== '');
  return pages.map((page, index) => (page === '' || index === last ? page : `${page}\n\n`));
}

/** One text of pages that are put one after the other as they are. */
export function joinPages(pages: readonly string[]): ExtractedText {
  let end = 0;
  const ranges = pages.map((page, index) => {
    const start = end;
    end += codePointCount(page);
    return { page: index + 1, start, end };
  });
  return { text: pages.join(''), pages: ranges };
}

/**
 * Cuts text that has no pages of its own into pieces of about a printed page, at the ends of paragraphs. The pieces put
 * together are the text.
 */
export function cutIntoPages(text: string): string[] {
  const pages: string[] = [];
  let start = 0;
  while (text.length - start > charsPerPage) {
    const paragraphEnd = endOfParagraph(text, start + charsPerPage);
    if (paragraphEnd === text.length) break;
    pages.push(text.slice(start, paragraphEnd));
    start = paragraphEnd;
  }
  pages.push(text.slice(start));
  return pages;
}

function endOfParagraph(text: string, from: number): number {
  const blankLine = text.slice(from, from + charsPerPage).indexOf('\n\n');
  // Text without blank lines has a paragraph on every line.
  const lineFeed = blankLine === -1 ? text.indexOf('\n', from) : from + blankLine;
  if (lineFeed === -1) return text.length;
  let end = lineFeed;
  while (text[end] === '\n') end++;
  return end;
}

export function codePointCount(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length; index++) {
    // The second half of a surrogate pair is not a code point of its own; storable text has no lone halves.
    if ((text.charCodeAt(index) & 0xfc00) === 0xdc00) count--;
  }
  return count;
}
