import { contains, type FoundLiterals, LiteralNumbers } from './literal-scanner.ts';
import { requiredLiterals } from './required-literals.ts';

/**
 * The notation of the pattern tables: a regular expression over lower-case text, with
 *
 * - `~` for a gap of at most 80 characters and `~~` for one of at most 240;
 * - a trailing `*` on a word for any ending: `terminat*`;
 * - `%` for a percentage with its figure, if it has one;
 * - word boundaries implied at both ends and around gaps.
 *
 * Gaps stand at the top level only, and unbounded repetition (`+`, `{n,}`, a starred group) is refused.
 */
export type Phrase = string;

const shortGap = 80;
const longGap = 240;

/** The parts of a phrase between its gaps, and how long the gap before each part may be. */
interface CompiledPhrase {
  parts: RegExp[];
  gaps: number[];
  /** For each part that requires any, literals of which a text must contain one. */
  required: number[][];
}

/**
 * Finds phrases in lower-case text.
 *
 * Contract text is hostile input, so gaps are not left to the regular expression engine, which would try every combination:
 * the parts of a phrase are located one after the other, each in one pass over the text, and only their distances are
 * compared. The cost is linear in the text for every text.
 */
export class PhraseMatcher {
  readonly #gapless: RegExp | undefined;
  /** Literals of which a text must contain one for a phrase without gaps to occur in it; undefined when nothing is required. */
  readonly #gaplessRequired: number[] | undefined;
  readonly #gapped: CompiledPhrase[];

  /**
   * @param literals numbers the literals that phrases require, for those who say which of them a text contains.
   * @throws {SyntaxError} when a phrase uses what the notation refuses.
   */
  constructor(phrases: readonly Phrase[], literals = new LiteralNumbers()) {
    const compiled = phrases.flatMap((phrase) => compile(phrase, literals));
    const single = compiled.filter(({ parts }) => parts.length === 1);
    this.#gapless =
      single.length > 0 ? new RegExp(single.map(({ parts }) => parts[0]?.source ?? '').join('|'), 'g') : undefined;
    this.#gaplessRequired = single.every(({ required }) => required.length > 0)
      ? single.flatMap(({ required }) => required.flat())
      : undefined;
    this.#gapped = compiled.filter(({ parts }) => parts.length > 1);
  }

  /**
   * True when a phrase occurs and ends after the offset `after`.
   *
   * @param found which of the literals that phrases require the text contains: when that is known, few phrases need to be looked for.
   */
  test(text: string, after = 0, found?: FoundLiterals): boolean {
    if (this.#gapless && mayOccur(this.#gaplessRequired, found) && endsAfter(this.#gapless, text, after)) return true;
    return this.#gapped.some(
      (phrase) => phrase.required.every((literals) => mayOccur(literals, found)) && occurs(phrase, text, after),
    );
  }
}

function mayOccur(required: readonly number[] | undefined, found: FoundLiterals | undefined): boolean {
  return !required || !found || required.some((literal) => contains(found, literal));
}

function endsAfter(pattern: RegExp, text: string, after: number): boolean {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    if (pattern.lastIndex > after) return true;
    if (match[0] === '') pattern.lastIndex++;
  }
  return false;
}

function occurs({ parts, gaps }: CompiledPhrase, text: string, after: number): boolean {
  let ends: number[] = [0];
  for (const [index, part] of parts.entries()) {
    const gap = gaps[index] ?? Number.POSITIVE_INFINITY;
    const reached: number[] = [];
    let nearest = 0;
    part.lastIndex = 0;
    for (let match = part.exec(text); match; match = part.exec(text)) {
      while (nearest < ends.length && (ends[nearest] ?? 0) + gap < match.index) nearest++;
      if (nearest === ends.length) break;
      if ((ends[nearest] ?? 0) <= match.index) reached.push(part.lastIndex);
      if (match[0] === '') part.lastIndex++;
    }
    if (reached.length === 0) return false;
    ends = reached;
  }
  return (ends.at(-1) ?? 0) > after;
}

function compile(phrase: Phrase, literals: LiteralNumbers): CompiledPhrase[] {
  if (/\+|\{\d*,\}|[)\].]\*/.test(phrase)) throw new SyntaxError(`unbounded repetition in phrase: ${phrase}`);
  return topLevelAlternatives(phrase).map((alternative) => {
    const parts: RegExp[] = [];
    const gaps: number[] = [];
    const required: number[][] = [];
    let gap = Number.POSITIVE_INFINITY;
    for (const piece of alternative.split(/\s*(~{1,2})\s*/)) {
      if (piece === '~' || piece === '~~') {
        gap = piece === '~' ? shortGap : longGap;
        continue;
      }
      if (piece === '') throw new SyntaxError(`a gap at the edge of phrase: ${phrase}`);
      if (topLevelAlternatives(piece).length !== 1)
        throw new SyntaxError(`a gap inside parentheses in phrase: ${phrase}`);
      const source = piece.replace(/(?<=\w)\*/g, '\\w{0,14}').replaceAll('%', '[\\d.*\\]]{0,8} ?%');
      parts.push(new RegExp(`(?<!\\w)(?:${source})(?!\\w)`, 'g'));
      gaps.push(gap);
      const needed = requiredLiterals(source);
      if (needed) required.push(needed.map((literal) => literals.numberOf(literal)));
    }
    return { parts, gaps, required };
  });
}

/** The alternatives that stand outside all parentheses; none when the parentheses do not balance. */
function topLevelAlternatives(text: string): string[] {
  const alternatives: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '\\') i++;
    else if (char === '(') depth++;
    else if (char === ')' && --depth < 0) return [];
    else if (char === '|' && depth === 0) {
      alternatives.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return depth === 0 ? [...alternatives, text.slice(from)] : [];
}
