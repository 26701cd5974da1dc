import type { Logger } from '@contract-reviewer/platform/log';
import type { WorkerPool } from '@contract-reviewer/platform/telemetry/worker-metrics';
import { AdmissionQueue } from './admission-queue.ts';
import type { ReadResult } from './document-reader.ts';
import { defaultExtractionLimits, type ExtractionLimits } from './extraction-limits.ts';
import {
  type ExtractionOutcome,
  type ExtractOptions,
  ExtractorClosedError,
  type StoredFile,
  type TextExtractor,
  type UnreadableOutcome,
} from './extractor.ts';
import { ReaderProcess, type ReadingEnd } from './reader-process.ts';

export interface WorkerExtractorOptions {
  logger: Logger;
  /** What is not given is as in `defaultExtractionLimits`. */
  limits?: Partial<ExtractionLimits>;
}

/** Reads each document in a process with bounds on its time and memory; a process that passes one is ended. */
export class WorkerExtractor implements TextExtractor {
  readonly #logger: Logger;
  readonly #limits: ExtractionLimits;
  readonly #queue: AdmissionQueue;
  /** All of them, those included that are about to end. */
  readonly #readers = new Set<ReaderProcess>();
  readonly #idle: ReaderProcess[] = [];
  readonly #closing = new AbortController();

  constructor({ logger, limits }: WorkerExtractorOptions) {
    this.#logger = logger;
    this.#limits = { ...defaultExtractionLimits, ...limits };
    this.#queue = new AdmissionQueue(this.#limits.concurrency, this.#limits.maxWaiting);
    for (let count = 0; count < this.#limits.concurrency; count++) this.#startReader();
  }

  /** The processes, and the documents that wait for one. */
  get workers(): WorkerPool {
    return { busy: this.#queue.inside, max: this.#limits.concurrency, waiting: this.#queue.waiting };
  }

  async extract(file: StoredFile, { signal }: ExtractOptions): Promise<ExtractionOutcome> {
    const stop = AbortSignal.any([signal, this.#closing.signal]);
    using _admission = await this.#queue.enter(stop);
    const { outcome, failedAt } = await this.#read(file, stop);
    if (outcome.status === 'unreadable') {
      this.#logger.warn({ path: file.path, reason: outcome.reason, failed_at: failedAt }, 'document is unreadable');
    }
    return outcome;
  }

  async #read(file: StoredFile, stop: AbortSignal): Promise<ReadResult> {
    const reader = await this.#takeReader();
    const giveUp = () => void reader.kill();
    stop.addEventListener('abort', giveUp, { once: true });
    let isFree = false;
    try {
      const end = await reader.read(file, this.#limits);
      isFree = end.kind === 'result';
      stop.throwIfAborted();
      return resultOf(end);
    } catch (error) {
      // Then we have ended the process, and whatever it makes of that.
      stop.throwIfAborted();
      throw error;
    } finally {
      stop.removeEventListener('abort', giveUp);
      if (isFree && !(await reader.isWorn(this.#limits))) this.#idle.push(reader);
      else await this.#replace(reader);
    }
  }

  #startReader(): void {
    const reader = new ReaderProcess(this.#limits);
    this.#readers.add(reader);
    this.#idle.push(reader);
  }

  async #takeReader(): Promise<ReaderProcess> {
    // One that was killed while it had nothing to do leaves its place to another.
    for (let reader = this.#idle.shift(); reader; reader = this.#idle.shift()) {
      if (reader.isRunning) return reader;
      await this.#replace(reader);
    }
    throw new Error('more documents were let in than there are processes');
  }

  /** The other one starts when this one has given back its memory. */
  async #replace(reader: ReaderProcess): Promise<void> {
    await reader.kill();
    this.#readers.delete(reader);
    if (!this.#closing.signal.aborted) this.#startReader();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new ExtractorClosedError());
    await Promise.all([...this.#readers].map((reader) => reader.kill()));
  }
}

const messages = {
  timed_out: 'Reading the document took too long. Export it again, or upload it in parts.',
  out_of_memory: 'Reading the document took too much memory. Export it again, or upload it in parts.',
  crashed: 'The document could not be read: the reader failed on it. Export it again and upload the new file.',
};

function resultOf(end: ReadingEnd): ReadResult {
  switch (end.kind) {
    case 'result':
      return end.result;
    case 'exceeded':
      return { outcome: unreadable(end.bound) };
    case 'died':
      return { outcome: unreadable('crashed') };
  }
}

function unreadable(reason: keyof typeof messages): UnreadableOutcome {
  return { status: 'unreadable', reason, message: messages[reason] };
}
