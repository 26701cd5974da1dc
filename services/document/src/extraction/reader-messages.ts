import type { ContentType } from '../domain/document.ts';
import type { ReadResult } from './document-reader.ts';
import type { ReadingLimits } from './extraction-limits.ts';

/** What the process that reads is told; as many bytes follow on its pipe for documents. */
export interface ReadRequest {
  contentType: ContentType;
  sizeBytes: number;
  limits: ReadingLimits;
}

/** What it says. */
export type ReaderMessage =
  /** Its parsers are loaded. */
  | { kind: 'ready' }
  /** Unicode code points that were read so far. */
  | { kind: 'progress'; chars: number }
  | { kind: 'result'; result: ReadResult };

/** The file descriptor of the pipe on which documents arrive. */
export const documentPipe = 4;
