import { UnreadableError } from './unreadable-error.ts';

/** What a format's reader found: the text of each page, cleaned, or that the pages are pictures. */
export type Reading = { kind: 'text'; pages: string[] } | { kind: 'scan'; pageCount: number };

/** @throws {UnreadableError} when a document has more text than `maxChars` code points. */
export function checkTextLength(charCount: number, maxChars: number): void {
  if (charCount <= maxChars) return;
  throw new UnreadableError(
    'too_large',
    `The document has more than ${maxChars.toLocaleString('en')} characters of text.`,
  );
}
