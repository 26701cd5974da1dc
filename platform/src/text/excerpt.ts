/** What says that a text goes on. */
const ellipsis = ' [...]';
const sentenceEnd = /[^\s.]{3}[.;?!]["'”’)\]]{0,3}(?=\s)/g;

const leads =
  'a an the this that these those any all each every such its their his her our your no not nor and or but if of in on at to by as for from with within without ' +
  'until till after before upon under over between during than least most less more fewer later earlier up about approximately only exceed exceeds exceeding ' +
  'is are be shall may will must does do section sections article articles clause clauses paragraph schedule exhibit annex usd eur gbp ' +
  'january february march april june july august september october november december';
const numbers =
  'one two three four five six seven eight nine ten eleven twelve fifteen eighteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion';
const openWord = alternatives(`${leads} ${numbers}`);
/** Words that say something only together with what follows: `at least`, `Section`, and `thirty (30)` without its `days`. */
const isOpen = new RegExp(
  String.raw`^[(["'“‘]*(?:${openWord}(?:-${alternatives(numbers)})?[,)]*|[$€£]|[$€£]?\d[\d.,]*\)?)$`,
  'i',
);

function alternatives(words: string): string {
  return `(?:${words.replaceAll(' ', '|')})`;
}

/**
 * The beginning of a text that is too long to be shown whole: to the end of a sentence if one ends in its second half, else to
 * a word after which the reader does not wait for a number, a unit or a noun; then `[...]`.
 *
 * @param longest in code points, without the mark
 */
export function excerptOf(text: string, longest: number): string {
  const characters = Array.from(text);
  if (characters.length <= longest) return text;
  // With the character after it, by which one sees whether a word or sentence ends here.
  const start = characters.slice(0, longest + 1).join('');
  const half = characters.slice(0, longest / 2).join('').length;
  const sentence = [...start.matchAll(sentenceEnd)].map(({ index, 0: end }) => index + end.length).at(-1) ?? 0;
  if (sentence > half) return start.slice(0, sentence) + ellipsis;
  const word = start.trimEnd().length < start.length ? start.trimEnd().length : start.lastIndexOf(' ');
  if (word < half) return characters.slice(0, longest).join('') + ellipsis;
  return withoutOpenWords(start.slice(0, word), half) + ellipsis;
}

function withoutOpenWords(text: string, least: number): string {
  let kept = text.trimEnd();
  for (let space = kept.lastIndexOf(' '); space >= least; space = kept.lastIndexOf(' ')) {
    if (!isOpen.test(kept.slice(space + 1))) return kept;
    kept = kept.slice(0, space).trimEnd();
  }
  return isOpen.test(kept.slice(kept.lastIndexOf(' ') + 1)) ? text.trimEnd() : kept;
}
