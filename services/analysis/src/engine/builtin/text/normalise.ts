/** Stands in the normalised text where the original has a character without width (a soft hyphen, a joiner). */
export const zeroWidth = '\u00ad';

const doubleQuotes = /[\u201c-\u201f\u2033\u00ab\u00bb\uff02]/g;
const singleQuotes = /[\u2018-\u201b\u2032\u00b4`]/g;
const dashes = /[\u2010-\u2015\u2212]/g;
const spaces = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
const zeroWidths = /[\u200b-\u200d\u2060\ufeff]/g;
const nonAscii = /[^\0-\x7f]/;
const tag = /<\/?[a-z][^<>\n]{0,200}>/gi;
const emphasis = /(?<![*[\w])\*\*(?=["'(]?\w)|(?<=[\w.:,;)"'])\*\*(?![*\]\w])/g;

/**
 * Makes a text uniform for patterns without moving anything: straight quotes, plain dashes and spaces, blanks in place of
 * HTML tags and Markdown emphasis. Every character keeps its UTF-16 offset, so a range found here is a range of the original.
 */
export function normalise(text: string): string {
  let result = text;
  if (nonAscii.test(result)) {
    result = result
      .replace(doubleQuotes, '"')
      .replace(singleQuotes, "'")
      .replace(dashes, '-')
      .replace(spaces, ' ')
      .replace(zeroWidths, zeroWidth)
      // The one character whose lower case is longer than itself.
      .replaceAll('\u0130', 'I');
  }
  if (result.includes('<')) result = result.replace(tag, blanks);
  if (result.includes('**')) result = result.replace(emphasis, blanks);
  return result;
}

function blanks(matched: string): string {
  return ' '.repeat(matched.length);
}
