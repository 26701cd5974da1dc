/**
 * What may become of a file: `refused REASON` is the upload's answer, with the reason of its problem; the others are
 * the status of the document, with the reason where there is one.
 */
export type Outcome = `refused ${string}` | `unreadable ${string}` | 'needs_ocr' | 'ready';

/** Where a file tries to make the reader connect to. */
export interface Canary {
  /** Ends in a slash. */
  url: string;
}

export interface HostileFile {
  /** Unique; also the name of the file that is written to disk. */
  name: string;
  /** As the uploader gives it. */
  filename: string;
  /** What it tries, as the end of a sentence. */
  attack: string;
  /** Each of them is fine. */
  expected: readonly Outcome[];
  /** Stands in the text of the document if it is ready. */
  text?: string;
  /** The same bytes at every call. */
  content(canary: Canary): Buffer;
}

/** A stand-in for the text of a contract, by which a test sees that the right part of a file was read. */
export const clause = 'This Agreement shall be governed by the laws of the State of Delaware.';
