import { readFile } from 'node:fs/promises';
import { cutIntoPages, separatePages } from './page-map.ts';
import type { Reading } from './reading.ts';
import { toStorableText } from './storable-text.ts';
import { decodeText } from './text-encoding.ts';
import { UnreadableError } from './unreadable-error.ts';

/**
 * Reads plain text and Markdown as it is written. Form feeds are page breaks; without one, pages are approximate: about
 * 3,000 characters each, cut at the ends of paragraphs.
 *
 * @throws {UnreadableError} `wrong_encoding`.
 */
export async function readText(path: string): Promise<Reading> {
  const text = decodeText(await readFile(path));
  if (text === undefined) {
    throw new UnreadableError(
      'wrong_encoding',
      'The text is not valid UTF-8 or UTF-16. Save it as UTF-8 and upload it again.',
    );
  }
  const pages = text.includes('\f') ? separatePages(printedPages(text)) : cutIntoPages(toStorableText(text));
  return { kind: 'text', pages };
}

/** Printed text ends its last page with a form feed too. */
function printedPages(text: string): string[] {
  return text
    .trimEnd()
    .split('\f')
    .map((page) => toStorableText(page).trim());
}
