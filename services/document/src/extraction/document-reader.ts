import { createHash } from 'node:crypto';
import type { ContentType } from '../domain/document.ts';
import { readDocx } from './docx-reader.ts';
import type { ReadingLimits } from './extraction-limits.ts';
import type { ExtractionOutcome } from './extractor.ts';
import { joinPages } from './page-map.ts';
import { readPdf } from './pdf-reader.ts';
import { type Reading, TextBudget } from './reading.ts';
import { readMarkdown, readText } from './text-reader.ts';
import { UnreadableError } from './unreadable-error.ts';

export interface ReceivedFile {
  bytes: Buffer<ArrayBuffer>;
  contentType: ContentType;
}

export interface ReadResult {
  outcome: ExtractionOutcome;
  /** Where a parser gave up, for the log; never what it was reading. */
  failedAt?: string;
}

/**
 * Reads one document in this thread, without bounds on time and memory.
 *
 * @param onProgress hears the number of code points that were read so far
 */
export async function readDocument(
  file: ReceivedFile,
  limits: ReadingLimits,
  onProgress: (chars: number) => void,
): Promise<ReadResult> {
  const budget = new TextBudget(limits.text, file.bytes.length, onProgress);
  try {
    return { outcome: toOutcome(await read(file, limits, budget)) };
  } catch (error) {
    return unreadable(error);
  }
}

function read({ bytes, contentType }: ReceivedFile, limits: ReadingLimits, budget: TextBudget): Promise<Reading> {
  switch (contentType) {
    case 'application/pdf':
      return readPdf(bytes, budget);
    case 'application/vnd.openxmlformats-officedocument.wordprocessingml.document':
      return readDocx(bytes, limits.archive, budget);
    case 'text/plain':
      return readText(bytes, budget);
    case 'text/markdown':
      return readMarkdown(bytes, budget);
    default:
      throw new TypeError(`no reader for ${String(contentType satisfies never)}`);
  }
}

function toOutcome(reading: Reading): ExtractionOutcome {
  if (reading.kind === 'scan') {
    const message = 'The pages are pictures. Run text recognition (OCR) and upload the document again.';
    return { status: 'needs_ocr', pages: reading.pageCount, reason: 'scanned', message };
  }
  const { text, pages } = joinPages(reading.pages);
  if (text.trim() === '') throw new UnreadableError('no_text', 'The document has no text.');
  const charCount = pages.at(-1)?.end ?? 0;
  return { status: 'ready', text, pages, charCount, textSha256: createHash('sha256').update(text).digest('hex') };
}

function unreadable(error: unknown): ReadResult {
  if (error instanceof UnreadableError) {
    const { reason, message, cause } = error;
    return { outcome: { status: 'unreadable', reason, message }, ...failedAt(cause) };
  }
  const message = 'The document could not be read: the reader failed on it.';
  return { outcome: { status: 'unreadable', reason: 'crashed', message }, ...failedAt(error) };
}

/** The kind of error and its innermost frames. Its message may quote the document, so it is left out. */
function failedAt(error: unknown): { failedAt?: string } {
  if (!(error instanceof Error)) return {};
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return { failedAt: [error.name, ...frames.slice(0, 3).map((frame) => frame.trim())].join(' ') };
}
