import type { TextLimits } from './extraction-limits.ts';
import { UnreadableError } from './unreadable-error.ts';

/** What a format's reader found: the text of each page, cleaned, or that the pages are pictures. */
export type Reading = { kind: 'text'; pages: string[] } | { kind: 'scan'; pageCount: number };

/** Code points that even the smallest file may give. */
const charsOfAnyFile = 250_000;

/** Counts a document's text against its limits while it is read. */
export class TextBudget {
  readonly #limits: TextLimits;
  readonly #maxChars: number;
  readonly #onProgress: (chars: number) => void;
  #chars = 0;

  /** @param onProgress hears the number of code points that were read so far */
  constructor(limits: TextLimits, fileBytes: number, onProgress: (chars: number) => void) {
    this.#limits = limits;
    this.#maxChars = Math.min(limits.maxChars, charsOfAnyFile + limits.maxCharsPerByte * fileBytes);
    this.#onProgress = onProgress;
  }

  /** @throws {UnreadableError} `too_large` */
  addChars(count: number): void {
    this.#chars += count;
    this.checkChars(this.#chars);
    this.#onProgress(this.#chars);
  }

  /** @throws {UnreadableError} `too_large` */
  checkChars(count: number): void {
    if (count <= this.#maxChars) return;
    throw new UnreadableError(
      'too_large',
      `The document has more than ${this.#maxChars.toLocaleString('en')} characters of text.`,
    );
  }

  /** @throws {UnreadableError} `too_large` */
  checkPages(count: number): void {
    const { maxPages } = this.#limits;
    if (count <= maxPages) return;
    throw new UnreadableError('too_large', `The document has more than ${maxPages.toLocaleString('en')} pages.`);
  }
}
