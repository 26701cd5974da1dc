/**
 * A text in a form in which quotes are found however they were typed: without white space, dashes and hyphens (also those that
 * a line break put into a word) and invisible characters, in lower case, with straight quotation marks, and
 * with ligatures and full-width letters taken apart (NFKC).
 */
export interface CanonicalText {
  text: string;
  /** For each character of `text` the UTF-16 range in the original of the character that it came from. */
  starts: Uint32Array;
  ends: Uint32Array;
}

const dropped = /^(?:[\s\p{Cf}\p{Cc}\p{Pd}\u2212]|\p{Variation_Selector})$/u;
const doubleQuote = /["\u201c-\u201f\u2033\u00ab\u00bb]/;
const singleQuote = /['\u2018-\u201b\u2032\u00b4`]/;

/** Of the part [start, end) of a text; the ranges are those of the whole text. */
export function canonicalise(whole: string, start: number, end: number): CanonicalText {
  const characters: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = start; at < end; ) {
    const character = String.fromCodePoint(whole.codePointAt(at) ?? 0);
    const next = at + character.length;
    for (const unit of canonical(character)) {
      characters.push(unit);
      starts.push(at);
      ends.push(next);
    }
    at = next;
  }
  return { text: characters.join(''), starts: Uint32Array.from(starts), ends: Uint32Array.from(ends) };
}

/** In UTF-16 code units, so that an index into the joined text is an index of the ranges. */
function canonical(character: string): string[] {
  if (character >= 'a' && character <= 'z') return [character];
  if (dropped.test(character)) return [];
  if (doubleQuote.test(character)) return ['"'];
  if (singleQuote.test(character)) return ["'"];
  return character.normalize('NFKC').toLowerCase().replace(/\s/g, '').split('');
}
