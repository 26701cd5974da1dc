import type { TextRange } from '../builtin/spans.ts';
import type { LocatedFindings } from './findings/located-findings.ts';
import { ModelCallError } from './model-call-error.ts';
import { halve } from './prompt/sections.ts';
import type { SectionReader } from './section-reader.ts';

export interface UnreadSection {
  range: TextRange;
  /** A sentence for people. */
  reason: string;
  error?: ModelCallError;
}

export interface DocumentReading {
  read: { range: TextRange; findings: LocatedFindings }[];
  unread: UnreadSection[];
}

export interface ReadingOptions {
  sections: readonly TextRange[];
  overlapChars: number;
  /** Sections that are read at the same time. */
  concurrency: number;
  /** The sections that are not read by then stay unread. */
  deadlineMs: number;
  /** Ends the reading: `readDocument` rejects with its reason. */
  signal: AbortSignal;
  /** @param share of the sections that are done, in [0, 1] */
  onProgress: (share: number) => void;
}

/** After so many failures in a row the server is taken to be out of order, and the rest is not tried. */
const mostFailuresInRow = 3;

/**
 * Has every section read. A section that could not be read does not keep the others from it, except when the server refuses
 * to serve us at all.
 *
 * @throws {ModelCallError} refused @throws the signal's reason
 */
export async function readDocument(
  text: string,
  reader: SectionReader,
  options: ReadingOptions,
): Promise<DocumentReading> {
  const { sections, overlapChars, concurrency, deadlineMs, signal, onProgress } = options;
  const reading: DocumentReading = { read: [], unread: [] };
  const deadline = AbortSignal.timeout(deadlineMs);
  const ended = new AbortController();
  const ending = AbortSignal.any([signal, deadline, ended.signal]);
  let next = 0;
  let done = 0;
  let failuresInRow = 0;
  let lastFailure: ModelCallError | undefined;

  const readSection = async (range: TextRange, number: number): Promise<void> => {
    try {
      const findings = await reader.read({ range, number, count: sections.length }, ending);
      reading.read.push({ range, findings });
      failuresInRow = 0;
    } catch (error) {
      signal.throwIfAborted();
      if (deadline.aborted || ended.signal.aborted) {
        reading.unread.push(notTried(range));
        return;
      }
      if (!(error instanceof ModelCallError) || error.kind === 'refused') throw error;
      const halves = error.kind === 'too_long' ? halve(text, range, overlapChars) : undefined;
      if (halves) {
        for (const half of halves) await readSection(half, number);
        return;
      }
      failuresInRow += 1;
      lastFailure = error;
      reading.unread.push({ range, reason: error.message, error });
    }
  };
  const notTried = (range: TextRange): UnreadSection =>
    deadline.aborted
      ? {
          range,
          reason: `The time for the whole document was up after ${Math.ceil(deadlineMs / 1000)} seconds.`,
          error: new ModelCallError('timed_out', 'The model did not read the document in the time that it has.'),
        }
      : {
          range,
          reason: lastFailure?.message ?? 'The reading was given up.',
          ...(lastFailure && { error: lastFailure }),
        };

  const worker = async (): Promise<void> => {
    for (let index = next++; index < sections.length; index = next++) {
      const range = sections[index];
      if (!range) return;
      if (deadline.aborted || failuresInRow >= mostFailuresInRow) reading.unread.push(notTried(range));
      else await readSection(range, index + 1);
      done += 1;
      onProgress(done / sections.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, worker));
  } finally {
    // Of several at once the first to throw decides; the others must not go on talking to the server.
    ended.abort(new Error('the reading has ended'));
  }
  return reading;
}
