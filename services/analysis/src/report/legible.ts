/**
 * Characters that show nothing and make text read otherwise than it is: what turns the reading direction, spaces without
 * width, tags, annotations, soft hyphens, and what XML cannot hold. Joiners stay: scripts need them.
 */
const invisible =
  /[\p{Bidi_Control}\u00ad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out.
const gaps = /[\s\u0000-\u001f\u007f-\u009f]+/g;

/**
 * A text as one line that reads as what it is. Contract text is hostile, and so are names of files.
 *
 * What is cut out is cut out of what people read only; the JSON of a review has every quote exactly.
 */
export function legible(text: string): string {
  return legibleRun(text).trim();
}

/** The same for a piece of a line, whose spaces at the ends count. */
export function legibleRun(text: string): string {
  return text.toWellFormed().replace(invisible, '').replace(gaps, ' ');
}

/** The same value with all its texts, at every depth, made legible. */
export function legibleValue<T>(value: T): T {
  return legibleTexts(value) as T;
}

function legibleTexts(value: unknown): unknown {
  if (typeof value === 'string') return legible(value);
  if (Array.isArray(value)) return value.map(legibleTexts);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, legibleTexts(item)]));
}
