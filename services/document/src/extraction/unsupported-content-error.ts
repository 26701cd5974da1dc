const accepted = 'Accepted are PDF, Word (.docx), plain text and Markdown.';

/** The content of a file is none of the kinds that are accepted. The message is for people and names no internals. */
export class UnsupportedContentError extends Error {
  override readonly name = 'UnsupportedContentError';
  /** What the file is instead, as a noun phrase: `a Windows program`. */
  readonly found: string;

  constructor(found: string, hint = '') {
    super(`The file is ${found}. ${hint}${accepted}`);
    this.found = found;
  }
}
