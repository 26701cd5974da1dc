import type { Markup } from '../markup.ts';

/** A part of a package. */
export function xmlPart({ source }: Markup): string {
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${source}`;
}
