/** The line ends of Windows, old Macs, Word (a vertical tab, inside a paragraph) and Unicode. */
const lineEnds = /\r\n?|[\v\u0085\u2028\u2029]/g;
const controlsButTabAndLineFeed = /[^\P{Cc}\t\n]/gu;

/**
 * Makes text fit for storage: every line end a line feed, no control characters but line feed and tab (PostgreSQL
 * cannot hold NUL, and nobody can quote the others), and no lone surrogates (UTF-8 cannot hold them).
 */
export function toStorableText(text: string): string {
  return text.replace(lineEnds, '\n').replace(controlsButTabAndLineFeed, '').toWellFormed();
}
