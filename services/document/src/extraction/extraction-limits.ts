import type { ArchiveLimits } from './archive-limits.ts';

export interface ExtractionLimits {
  /** Unicode code points of a document's text. */
  maxChars: number;
  /** From when a thread takes the document; the thread is ended then. */
  timeoutMs: number;
  /** Of a thread's heap and, counted apart, of the buffers it holds outside the heap. In mebibytes. */
  memoryMb: number;
  /** Documents that are read at a time, each in a thread of its own. */
  concurrency: number;
  /** Documents that may wait for a thread. */
  maxWaiting: number;
  archive: ArchiveLimits;
}

export const defaultExtractionLimits: ExtractionLimits = {
  maxChars: 20_000_000,
  timeoutMs: 120_000,
  memoryMb: 512,
  concurrency: 2,
  maxWaiting: 100,
  archive: {
    maxEntries: 5_000,
    maxEntryBytes: 100 * 1024 * 1024,
    maxTotalBytes: 256 * 1024 * 1024,
    maxRatio: 200,
  },
};
