/**
 * Replaces characters that differ from plain ones only in where a line may break, so that a search for the words finds
 * them. Soft hyphens are the caller's: Word hides them, a PDF has only those that show.
 */
export function withoutLineBreakCharacters(text: string): string {
  return text
    .replace(/[\u00a0\u202f]/g, ' ')
    .replaceAll('\u2011', '-')
    .replace(/[\u200b\u2060\ufeff]/g, '');
}
