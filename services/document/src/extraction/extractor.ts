import type { ContentType, ExtractedText, StatusReason } from '../domain/document.ts';

export const unreadableReasons = [
  /** A password is needed to open it. */
  'encrypted',
  /** It breaks the rules of its format, or a part of it is missing. */
  'damaged',
  /** An archive that lies about its content or unpacks to far more than it should. */
  'unsafe_archive',
  /** XML that declares entities or an external document type. */
  'unsafe_xml',
  /** A text file that is not valid in its encoding. */
  'wrong_encoding',
  /** It opens, and holds no text and no pictures of text. */
  'no_text',
  /** More text than the limit. */
  'too_large',
  'timed_out',
  'out_of_memory',
  /** The parser died on it. */
  'crashed',
] as const;
export type UnreadableReason = (typeof unreadableReasons)[number];

export interface ReadyOutcome extends ExtractedText {
  status: 'ready';
  /** Unicode code points of the text; at least 1. */
  charCount: number;
  /** SHA-256 of the text in UTF-8, in lower-case hexadecimal. */
  textSha256: string;
}

export interface NeedsOcrOutcome extends StatusReason {
  status: 'needs_ocr';
  reason: 'scanned';
  /** How many pages the document has. */
  pages: number;
}

export interface UnreadableOutcome extends StatusReason {
  status: 'unreadable';
  reason: UnreadableReason;
}

/** What became of a document: its text, or why there is none. The same file gives the same outcome. */
export type ExtractionOutcome = ReadyOutcome | NeedsOcrOutcome | UnreadableOutcome;

export interface StoredFile {
  path: string;
  contentType: ContentType;
}

export interface ExtractOptions {
  /** Ends the extraction: the promise rejects with the signal's reason at once. */
  signal: AbortSignal;
}

/**
 * Reads the text of stored files without holding up the thread that asks.
 *
 * The text of an outcome has line feeds as its only line ends, tabs as its only other control characters, and no lone
 * surrogates, so PostgreSQL and UTF-8 can hold it. Nothing that a file refers to is ever fetched.
 *
 * A file that cannot be read is an outcome and not an error, however it is broken. Errors are faults of the system: the
 * file cannot be opened, the extractor is closed ({@link ExtractorClosedError}), too many wait already
 * ({@link ExtractorBusyError}); the same call may succeed later.
 */
export interface TextExtractor extends AsyncDisposable {
  extract(file: StoredFile, options: ExtractOptions): Promise<ExtractionOutcome>;
}

/** The extractor was disposed of before the extraction ended. */
export class ExtractorClosedError extends Error {
  override readonly name = 'ExtractorClosedError';

  constructor() {
    super('the text extractor is closed');
  }
}

/** As many extractions as the limit allows are waiting already. */
export class ExtractorBusyError extends Error {
  override readonly name = 'ExtractorBusyError';

  constructor() {
    super('too many text extractions are waiting');
  }
}
