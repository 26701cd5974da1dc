import { createHash } from 'node:crypto';
import { threadId } from 'node:worker_threads';
import { giveWay } from '@contract-reviewer/platform/background-thread';
import type { ExtractionLimits } from './extraction-limits.ts';
import type { ExtractionOutcome, StoredFile } from './extractor.ts';
import { joinPages } from './page-map.ts';
import { checkTextLength, type Reading } from './reading.ts';
import { UnreadableError } from './unreadable-error.ts';

giveWay();

export interface ExtractionTask {
  file: StoredFile;
  limits: Pick<ExtractionLimits, 'maxChars' | 'archive'>;
  /** One cell of shared memory where the thread writes its id when it takes the task. */
  takenBy: Int32Array<SharedArrayBuffer>;
}

export type ExtractionAnswer =
  /** `failedAt`: where a parser gave up, for the log; never what it was reading. */
  | { kind: 'outcome'; outcome: ExtractionOutcome; failedAt?: string }
  /** The system failed and not the file. */
  | { kind: 'fault'; message: string };

/**
 * Reads one document; runs in a thread of the pool.
 *
 * @public The pool finds it by its name.
 */
export async function extract({ file, limits, takenBy }: ExtractionTask): Promise<ExtractionAnswer> {
  Atomics.store(takenBy, 0, threadId);
  try {
    return { kind: 'outcome', outcome: toOutcome(await read(file, limits), limits) };
  } catch (error) {
    return answerTo(error);
  }
}

/** Readers are loaded when they are needed: PDF.js alone takes as long as reading a contract. */
async function read({ path, contentType }: StoredFile, limits: ExtractionTask['limits']): Promise<Reading> {
  switch (contentType) {
    case 'application/pdf': {
      const { readPdf } = await import('./pdf-reader.ts');
      return readPdf(path, limits);
    }
    case 'application/vnd.openxmlformats-officedocument.wordprocessingml.document': {
      const { readDocx } = await import('./docx-reader.ts');
      return readDocx(path, limits.archive);
    }
    case 'text/plain':
    case 'text/markdown': {
      const { readText } = await import('./text-reader.ts');
      return readText(path);
    }
    default:
      throw new TypeError(`no reader for ${String(contentType satisfies never)}`);
  }
}

function toOutcome(reading: Reading, limits: ExtractionTask['limits']): ExtractionOutcome {
  if (reading.kind === 'scan') {
    const message = 'The pages are pictures. Run text recognition (OCR) and upload the document again.';
    return { status: 'needs_ocr', pages: reading.pageCount, reason: 'scanned', message };
  }
  const { text, pages } = joinPages(reading.pages);
  const charCount = pages.at(-1)?.end ?? 0;
  checkTextLength(charCount, limits.maxChars);
  if (text.trim() === '') throw new UnreadableError('no_text', 'The document has no text.');
  return { status: 'ready', text, pages, charCount, textSha256: createHash('sha256').update(text).digest('hex') };
}

function answerTo(error: unknown): ExtractionAnswer {
  if (error instanceof UnreadableError) {
    const { reason, message, cause } = error;
    return { kind: 'outcome', outcome: { status: 'unreadable', reason, message }, ...failedAt(cause) };
  }
  if (error instanceof Error && 'syscall' in error) return { kind: 'fault', message: error.message };
  const message = 'The document could not be read: the reader failed on it.';
  return { kind: 'outcome', outcome: { status: 'unreadable', reason: 'crashed', message }, ...failedAt(error) };
}

/** The kind of error and its innermost frames. Its message may quote the document, so it is left out. */
function failedAt(error: unknown): { failedAt?: string } {
  if (!(error instanceof Error)) return {};
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return { failedAt: [error.name, ...frames.slice(0, 3).map((frame) => frame.trim())].join(' ') };
}
