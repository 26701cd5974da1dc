const abbreviations = new Set(
  (
    'sec secs art arts par para paras cl ch ex exh fig app vol ed eds pp p v vs viz cf al seq ie eg etc approx est ' +
    'mr mrs ms dr prof hon rev gen sen gov messrs sr jr esq st ave blvd rd ste fl apt bldg dept div ' +
    'jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun ' +
    'u.s u.k u.n e.g i.e a.m p.m d.c n.y u.s.a u.s.c c.f.r r.s.c ph.d l.l.c l.p l.l.p p.a p.c n.a b.v n.v s.a s.p.a s.r.l a.g g.m.b.h pty pte'
  ).split(' '),
);

const companySuffixes = new Set(
  'inc corp co ltd llc lp llp plc gmbh cie bros assn l.p l.l.c n.a s.a b.v n.v p.c'.split(' '),
);
const sentenceOpeners =
  /^(?:the|this|these|that|those|each|either|neither|all|any|no|in|if|it|such|upon|for|to|at|as|on|by|subject|notwithstanding|unless|except|during|within|and whereas|whereas|now|licensee|licensor|section|article)\b/i;

const terminator = /[.?!]["')\]]{0,3}(?=\s)/g;
const terminatorOrClauseNumber =
  /[.?!]["')\]]{0,3}(?=\s)|(?<=[A-Za-z.:;)"])(?=\s\d{1,2}\.\d{1,2}(?:\.\d{1,2}){0,2}\.?\s["(]?[A-Z])/g;
const longest = 1500;
const worthSplitting = 600;
/** A paragraph longer than this has lost its line breaks, so clause numbers must be found inside it. */
const flattened = 3000;

/**
 * Splits a paragraph (white space collapsed) into sentences.
 *
 * A full stop ends a sentence before white space unless it belongs to an abbreviation, an initial or an enumerator; an enumerator
 * belongs to the sentence that it opens. A sentence longer than 600 characters is split at the items of its enumeration, and one
 * longer than 1,500 at its last semicolon, comma or space before that, so that no later step meets a segment of unbounded length.
 *
 * @returns half-open ranges of the paragraph, in order, without the white space between them.
 */
export function splitSentences(paragraph: string): [from: number, to: number][] {
  const ranges: [number, number][] = [];
  const boundary = paragraph.length > flattened ? terminatorOrClauseNumber : terminator;
  let from = 0;
  const cut = (to: number) => {
    pushBounded(paragraph, from, to, ranges);
    from = to;
    while (paragraph.charCodeAt(from) === 32) from++;
  };
  boundary.lastIndex = 0;
  for (let match = boundary.exec(paragraph); match; match = boundary.exec(paragraph)) {
    const to = match.index + match[0].length;
    if (match[0] === '') boundary.lastIndex++;
    if (to <= from) continue;
    if (match[0] === '') {
      if (!refersToClause.test(paragraph.slice(Math.max(from, to - 14), to))) cut(to);
      continue;
    }
    const enumerator = trailingEnumerator(paragraph, from, match.index);
    if (enumerator > from) cut(enumerator);
    else if (enumerator < 0 && endsSentence(paragraph, from, match.index, to)) cut(to);
  }
  if (from < paragraph.length) pushBounded(paragraph, from, paragraph.length, ranges);
  return ranges;
}

const refersToClause =
  /(?:^|\s|\()(?:sections?|articles?|clauses?|paragraphs?|exhibits?|schedules?|version|of|and|or|to|in|under|by|than|is|at)$/i;
const enumeratorAtEnd =
  /(?:^|[.:;)"]\s)((?:(?:section|article)\s)?\(?(?:\d{1,3}(?:\.\d{1,3}){0,3}|[A-Z]|[IVX]{1,4})\)?)$/i;

/** Where the enumerator starts that the full stop at `stop` belongs to; -1 when there is none. */
function trailingEnumerator(text: string, from: number, stop: number): number {
  const match = enumeratorAtEnd.exec(text.slice(Math.max(from, stop - 18), stop));
  return match ? stop - (match[1]?.length ?? 0) : -1;
}

function endsSentence(text: string, from: number, stop: number, to: number): boolean {
  let next = to;
  while (text.charCodeAt(next) === 32) next++;
  const following = text.slice(next, next + 24);
  if (/^[a-z,;:)\]]/.test(following) && !/^(?:[a-z]|[ivx]{1,4})[.)]\s/.test(following)) return false;
  if (text[stop] !== '.') return true;
  const word = /[A-Za-z.&']{1,12}$/.exec(text.slice(Math.max(from, stop - 12), stop))?.[0].toLowerCase() ?? '';
  if (companySuffixes.has(word)) return sentenceOpeners.test(following);
  if (word === 'no' || word === 'nos') return !/^[\d[(#]/.test(following);
  if (abbreviations.has(word)) return false;
  // An initial, as in "J. Smith"; but "Exhibit A. The" ends.
  if (/(?:^|[\s.(])[A-Z]$/.test(text.slice(Math.max(from, stop - 3), stop))) {
    return /\b(?:exhibit|schedule|annex|appendix|attachment|party|class|series|part|section|article)\s[A-Z]$/i.test(
      text.slice(Math.max(from, stop - 14), stop),
    );
  }
  return true;
}

const item = /[;,:](?: (?:and|or|and\/or|provided,? that))?(?= \(?(?:[a-z]|[ivx]{1,5}|\d{1,2})[.)] )/gi;
/** What the pattern reads at most: the enumerator of the last item may stand at the end of the sentence, and its space after it. */
const longestItemStart = 32;

function pushBounded(text: string, from: number, to: number, ranges: [number, number][]): void {
  if (to - from <= worthSplitting) {
    pushShort(text, from, to, ranges);
    return;
  }
  let start = from;
  // Not the whole paragraph: each of its sentences would be searched to the end of it for an item.
  const sentence = text.slice(from, to + longestItemStart);
  for (const match of sentence.matchAll(item)) {
    if (match.index >= to - from) break;
    const end = from + match.index + match[0].length;
    if (match.index < 120 || end - start < 120 || match[0].startsWith(',')) continue;
    pushShort(text, start, end, ranges);
    start = end + 1;
  }
  pushShort(text, start, to, ranges);
}

function pushShort(text: string, from: number, to: number, ranges: [number, number][]): void {
  let start = from;
  while (to - start > longest) {
    // Not in the whole text: a long line without what is looked for would be searched to its beginning for each piece.
    const piece = text.slice(start, start + longest + 1);
    let cut = piece.lastIndexOf('; ', longest - 1);
    if (cut < longest / 3) cut = piece.lastIndexOf(', ', longest - 1);
    if (cut < longest / 3) cut = piece.lastIndexOf(' ', longest - 1) - 1;
    if (cut < longest / 3) cut = longest - 1;
    let end = start + cut + 1;
    if (isLowSurrogate(text.charCodeAt(end))) end--;
    ranges.push([start, end]);
    start = end;
    while (text.charCodeAt(start) === 32) start++;
  }
  if (start < to) ranges.push([start, to]);
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
