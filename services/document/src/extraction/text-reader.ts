import { withoutTags } from './markdown-tags.ts';
import { codePointCount, cutIntoPages, separatePages } from './page-map.ts';
import type { Reading, TextBudget } from './reading.ts';
import { toStorableText } from './storable-text.ts';
import { decodeText, fewestCodePoints } from './text-encoding.ts';
import { UnreadableError } from './unreadable-error.ts';

/**
 * Reads plain text as it is written. Form feeds are page breaks; without one, pages are approximate: about 3,000
 * characters each, cut at the ends of paragraphs.
 *
 * @throws {UnreadableError} `wrong_encoding` or `too_large`.
 */
export async function readText(bytes: Uint8Array, budget: TextBudget): Promise<Reading> {
  return { kind: 'text', pages: pagesOf(decode(bytes, budget)) };
}

/**
 * Reads Markdown as it is written, but for HTML tags. Pages and errors are those of {@link readText}.
 *
 * @throws {UnreadableError} `wrong_encoding` or `too_large`.
 */
export async function readMarkdown(bytes: Uint8Array, budget: TextBudget): Promise<Reading> {
  return { kind: 'text', pages: pagesOf(withoutTags(decode(bytes, budget))) };
}

function decode(bytes: Uint8Array, budget: TextBudget): string {
  budget.checkChars(fewestCodePoints(bytes));
  const text = decodeText(bytes);
  if (text === undefined) {
    throw new UnreadableError(
      'wrong_encoding',
      'The text is not valid UTF-8 or UTF-16. Save it as UTF-8 and upload it again.',
    );
  }
  budget.addChars(codePointCount(text));
  budget.checkPages(countOf('\f', text) + 1);
  return text;
}

function pagesOf(text: string): string[] {
  return text.includes('\f') ? separatePages(printedPages(text)) : cutIntoPages(toStorableText(text));
}

/** Printed text ends its last page with a form feed too. */
function printedPages(text: string): string[] {
  return text
    .trimEnd()
    .split('\f')
    .map((page) => toStorableText(page).trim());
}

function countOf(character: string, text: string): number {
  let count = 0;
  for (let index = text.indexOf(character); index !== -1; index = text.indexOf(character, index + 1)) count++;
  return count;
}
