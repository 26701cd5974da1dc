import type { ArchiveLimits } from './archive-limits.ts';

/** What a document may hold and cost. A process that passes a bound on time or memory is ended. */
export interface ExtractionLimits extends ReadingLimits {
  cpu: CpuLimits;
  /** The process waits for nothing, so one that neither works nor answers for so long is stuck. */
  idleMs: number;
  /** From when a process takes the document, whatever else the machine does. */
  timeoutMs: number;
  /** What reading a document may add to the resident memory of a process that has read none. In mebibytes. */
  memoryMb: number;
  /** Documents that are read at a time, each in a process of its own. */
  concurrency: number;
  /** Documents that may wait for a process. */
  maxWaiting: number;
}

/** What a reader checks while it reads. */
export interface ReadingLimits {
  text: TextLimits;
  archive: ArchiveLimits;
}

export interface TextLimits {
  /** Unicode code points of a document's text. So many, each of four bytes, still fit into one message of gRPC. */
  maxChars: number;
  maxPages: number;
  /**
   * Code points that a file may give for each of its bytes, beyond the first 250,000. A contract gives two, or ten if
   * it repeats itself; a file whose pages are one page many times over gives thousands.
   */
  maxCharsPerByte: number;
}

/**
 * Processor time. A contract of 300 pages takes half as long as a bomb may, one of 1,000 pages longer than any bomb; but
 * it brings text all the while. So each document has the same time to begin with, and earns more with its text.
 */
export interface CpuLimits {
  baseMs: number;
  msPer1000Chars: number;
}

export const defaultExtractionLimits: ExtractionLimits = {
  text: { maxChars: 15_000_000, maxPages: 20_000, maxCharsPerByte: 20 },
  archive: {
    maxEntries: 5_000,
    maxEntryBytes: 100 * 1024 * 1024,
    maxTotalBytes: 256 * 1024 * 1024,
    maxRatio: 200,
  },
  cpu: { baseMs: 2_500, msPer1000Chars: 4 },
  idleMs: 5_000,
  timeoutMs: 120_000,
  memoryMb: 96,
  concurrency: 2,
  maxWaiting: 100,
};
