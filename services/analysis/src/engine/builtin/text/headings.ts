import { isCapitals } from './lines.ts';

const enumerators = [
  String.raw`(?:article|section|clause|paragraph|schedule|exhibit|annex|appendix|attachment|part|item|step)\s+(?:\d{1,3}(?:\.\d{1,3}){0,4}|[ivxlc]{1,7}|[a-z])(?:\([a-z0-9]{1,3}\))?(?:[.:)]|(?=\s|$))`,
  String.raw`\d{1,3}(?:\.\d{1,3}){1,4}[.)]?(?=\s|$|[A-Z])`,
  String.raw`\d{1,3}[.)](?!\d)`,
  String.raw`\([a-z0-9]{1,3}\)|\([ivxl]{1,6}\)`,
  String.raw`[a-z][.)](?=\s|$)|[ivxl]{1,6}[.)](?=\s|$)`,
  String.raw`\u00a7{1,2}\s?\d{1,3}(?:\.\d{1,3}){0,4}`,
  String.raw`[\u2022\u00b7\u25cf\u25aa\u25a0\u25cb\uf0b7*](?=\s)|-(?=\s)|\[[ x]{0,4}\]`,
];

const enumeratorStart = new RegExp(`^(?:#{1,6}\\s+|\\|\\s*)?(?:${enumerators.join('|')})`, 'i');
const markdownHeading = /^#{1,6}\s+/;

/** Length of the enumerator (`4.2`, `(b)`, `Section 3.`, a bullet) at the start of a text, with the space after it; 0 if there is none. */
export function enumeratorLength(text: string): number {
  const match = enumeratorStart.exec(text.length > 60 ? text.slice(0, 60) : text);
  if (!match) {
    const hashes = markdownHeading.exec(text);
    return hashes ? hashes[0].length : 0;
  }
  let length = match[0].length;
  while (text.charCodeAt(length) === 32 || text.charCodeAt(length) === 9) length++;
  return length;
}

const smallWords = new Set(
  'a an and as at but by for from in into nor of off on or out over per s the to under up upon via vs with without'.split(
    ' ',
  ),
);

const longestHeading = 110;
const longestRunIn = 90;

/**
 * True when every word that would be capitalised in a title is: `Limitation of Liability`, `TERM`, `Non-Solicitation`.
 * Bounded by a heading's length, so its cost is constant.
 */
function isTitleCase(text: string): boolean {
  const words = text.split(/[\s/]+/).filter((word) => /[A-Za-z]/.test(word));
  if (words.length === 0 || words.length > 14) return false;
  return words.every((word, index) => {
    const bare = word.replace(/^[^A-Za-z0-9]+/, '');
    if (bare === '' || /^\d/.test(bare)) return true;
    return /^[A-Z]/.test(bare) || (index > 0 && smallWords.has(bare.replace(/[^a-z]+$/, '')));
  });
}

/** Words that make a sentence of a short paragraph, however it is capitalised. */
const verb = /\b(?:shall|will|is|are|was|were|must|hereby|has|have|agrees?|does|do not|may not)\b/i;

/** The heading that a whole paragraph is, without enumerator and closing punctuation; undefined when it is prose. */
export function wholeHeading(paragraph: string): string | undefined {
  if (paragraph.length > longestHeading) return undefined;
  const prefix = enumeratorLength(paragraph);
  const rest = paragraph.slice(prefix).trim();
  if (rest === '')
    return prefix > 0 && /^(?:article|section|schedule|exhibit|annex|appendix)/i.test(paragraph) ? '' : undefined;
  if (/[;,]$/.test(rest) || /^["'(]/.test(rest)) return undefined;
  const title = rest.replace(/[.:\s-]+$/, '');
  if (!/[A-Za-z]{2}/.test(title) || /[.;:]\s/.test(title) || verb.test(title)) return undefined;
  if (markdownHeading.test(paragraph)) return title;
  return isCapitals(title) || isTitleCase(title) ? title : undefined;
}

const runInEnd = /(?:\.|:|\s-{1,2}|\.-)(?=\s|$)/g;

/**
 * The heading that opens a paragraph of prose (`9.1 Governing Law. This Agreement...`).
 *
 * @returns its title and the offset where the prose begins, or undefined.
 */
export function runInHeading(paragraph: string): { title: string; length: number } | undefined {
  const prefix = enumeratorLength(paragraph);
  const window = paragraph.slice(prefix, prefix + longestRunIn);
  runInEnd.lastIndex = 0;
  let match = runInEnd.exec(window);
  while (
    match &&
    /(?:^|\s)(?:no|nos|inc|vs?|st|co|corp|ltd|mr|ms|mrs|dr|u\.s|sec|art)$/i.test(window.slice(0, match.index))
  ) {
    match = runInEnd.exec(window);
  }
  if (!match) return undefined;
  const title = window.slice(0, match.index).trim();
  if (title.length < 3 || title.length > 80 || !/[A-Za-z]{3}/.test(title)) return undefined;
  if (/[,;"]/.test(title) && !/^[A-Z][^"]*,[^"]*(?: and | & )/.test(title)) return undefined;
  if (title.split(' ').length > 10 || verb.test(title) || !(isCapitals(title) || isTitleCase(title))) return undefined;
  let length = prefix + match.index + match[0].length;
  while (paragraph.charCodeAt(length) === 32) length++;
  return length >= paragraph.length ? undefined : { title, length };
}
