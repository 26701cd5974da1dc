import type { TextRange } from '../../builtin/spans.ts';
import { type CanonicalText, canonicalise } from './canonical-text.ts';
import { SentenceBorders } from './sentence-borders.ts';

/** A shorter quote, counted without white space, could stand anywhere. */
const shortest = 8;

/** Finds in one section of a document what a model claims to have read there. */
export class QuoteLocator {
  readonly #text: string;
  readonly #section: TextRange;
  readonly #sentences: SentenceBorders;
  #canonical: CanonicalText | undefined;

  constructor(text: string, section: TextRange) {
    this.#text = text;
    this.#section = section;
    this.#sentences = new SentenceBorders(text, section);
  }

  /**
   * The sentences of the section that the quote stands in: exactly if it does, else however it was typed. They are whole, because
   * half a sentence can say the opposite of it.
   *
   * @returns UTF-16 range of the document; undefined if the section has no such words
   */
  locate(quote: string): TextRange | undefined {
    const found = this.#exact(quote.trim()) ?? this.#normalised(quote);
    return found && this.#sentences.complete(found);
  }

  #exact(quote: string): TextRange | undefined {
    if (quote.replace(/\s/g, '').length < shortest) return undefined;
    const { start, end } = this.#section;
    const at = this.#text.slice(start, end).indexOf(quote);
    return at < 0 ? undefined : { start: start + at, end: start + at + quote.length };
  }

  #normalised(quote: string): TextRange | undefined {
    const wanted = canonicalise(quote, 0, quote.length).text.replace(/^["']+|["']+$/g, '');
    if (wanted.length < shortest) return undefined;
    this.#canonical ??= canonicalise(this.#text, this.#section.start, this.#section.end);
    const { text, starts, ends } = this.#canonical;
    const at = text.indexOf(wanted);
    const start = starts[at];
    const end = ends[at + wanted.length - 1];
    return at < 0 || start === undefined || end === undefined ? undefined : { start, end };
  }
}
