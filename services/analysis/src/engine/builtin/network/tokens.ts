/** The words of a text in order, as 32-bit hashes: a plural as its singular, a number as its length, a year as a year. */
export interface Tokens {
  words: Uint32Array;
  /** The first six letters of each word, so that inflections of a word have something in common. */
  prefixes: Uint32Array;
}

const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;
const prefixLength = 6;
const mostDigits = 9;

const yearHash = hashOf('#y');
const digitHashes = Array.from({ length: mostDigits + 1 }, (_, digits) => hashOf(`#${digits}`));

/** FNV-1a with the finaliser of MurmurHash3 (A. Appleby, public domain), over UTF-16 code units. */
export function hashOf(text: string): number {
  let hash = offsetBasis;
  for (let i = 0; i < text.length; i++) hash = step(hash, text.charCodeAt(i));
  return finish(hash);
}

/** Combines two hashes; the order matters. */
export function combine(first: number, second: number): number {
  return finish(Math.imul(first, 0x9e3779b1) ^ (second + 0x7f4a7c15));
}

function step(hash: number, code: number): number {
  return Math.imul(hash ^ code, prime);
}

function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** @param lower a text in lower case. Letters outside a-z separate words: contracts in English have few. */
export function tokensOf(lower: string): Tokens {
  const words: number[] = [];
  const prefixes: number[] = [];
  let at = 0;
  while (at < lower.length) {
    const code = lower.charCodeAt(at);
    if (isLetter(code)) {
      at = readWord(lower, at, words, prefixes);
    } else if (isDigit(code)) {
      at = readNumber(lower, at, words, prefixes);
    } else {
      if (code === 36 || code === 37) push(finish(step(offsetBasis, code)), words, prefixes);
      at++;
    }
  }
  return { words: Uint32Array.from(words), prefixes: Uint32Array.from(prefixes) };
}

function readWord(lower: string, from: number, words: number[], prefixes: number[]): number {
  let at = from;
  let hash = offsetBasis;
  let withoutLast = hash;
  let prefix = hash;
  let code = lower.charCodeAt(at);
  let previous = 0;
  let last = 0;
  while (isLetter(code)) {
    withoutLast = hash;
    hash = step(hash, code);
    if (at - from < prefixLength) prefix = hash;
    previous = last;
    last = code;
    code = lower.charCodeAt(++at);
  }
  const length = at - from;
  const isPlural = length > 3 && last === 115 && previous !== 115;
  words.push(finish(isPlural ? withoutLast : hash));
  prefixes.push(finish(isPlural && length <= prefixLength ? withoutLast : prefix));
  return at;
}

function readNumber(lower: string, from: number, words: number[], prefixes: number[]): number {
  let at = from;
  let end = from;
  let digits = 0;
  let code = lower.charCodeAt(at);
  while (isDigit(code) || code === 44 || code === 46) {
    at++;
    if (isDigit(code)) {
      digits++;
      end = at;
    }
    code = lower.charCodeAt(at);
  }
  const isYear = digits === 4 && end - from === 4 && /^(?:19|20)/.test(lower.slice(from, from + 2));
  push(isYear ? yearHash : (digitHashes[Math.min(digits, mostDigits)] ?? 0), words, prefixes);
  return end;
}

function push(hash: number, words: number[], prefixes: number[]): void {
  words.push(hash);
  prefixes.push(hash);
}

function isLetter(code: number): boolean {
  return code >= 97 && code <= 122;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
