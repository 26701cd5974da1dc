/** Control characters, of which escape sequences are made, and what turns the reading direction. */
const unprintable = /[\p{Cc}\p{Bidi_Control}]/gu;

/**
 * The same with every text in it fit for a terminal. Contract text is hostile, and so are names of files: neither may
 * move the cursor, change colours or read differently from what it says.
 */
export function printable<T>(value: T): T {
  return printableValue(value) as T;
}

function printableValue(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(unprintable, ' ');
  if (Array.isArray(value)) return value.map(printableValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, printableValue(item)]));
}

/**
 * The value as one line of JSON that is fit for a terminal and still says the same: JSON escapes some control characters
 * and leaves those that other terminals take for the beginning of a sequence.
 */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
