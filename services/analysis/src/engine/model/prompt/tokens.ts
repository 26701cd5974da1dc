/**
 * A piece of text, and what it costs a model at most in practice: three letters a token (English has four to five), a
 * token for each digit, mark and line break, and one for each UTF-8 byte of anything else, which no byte-level tokenizer exceeds.
 */
const piece = /([A-Za-z]{1,30})| ([\t\n\v\f\r ]{1,30})?|([\t\n\v\f\r]{1,30})|([!-~])|(.)/gsu;

const lettersPerToken = 3;
const spacesPerToken = 2;

function costOf([whole, letters, spaces, breaks, mark]: RegExpExecArray): number {
  if (letters !== undefined) return Math.ceil(letters.length / lettersPerToken);
  if (breaks !== undefined) return breaks.length;
  if (mark !== undefined) return 1;
  // A single space belongs to the word after it.
  if (whole.startsWith(' ')) return Math.ceil((spaces?.length ?? 0) / spacesPerToken);
  return Buffer.byteLength(whole);
}

/** How many tokens a text has at most in practice, for any common tokenizer. */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const match of text.matchAll(piece)) tokens += costOf(match);
  return tokens;
}

/** The furthest offset to which `text`, from `start` on, costs no more than `maxTokens`; it never splits a surrogate pair. */
export function reach(text: string, start: number, maxTokens: number): number {
  const pieces = new RegExp(piece);
  pieces.lastIndex = start;
  let tokens = 0;
  for (let match = pieces.exec(text); match; match = pieces.exec(text)) {
    tokens += costOf(match);
    if (tokens > maxTokens) return match.index;
  }
  return text.length;
}
