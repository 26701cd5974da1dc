import type { Worker } from 'node:worker_threads';
import type { Logger } from '@contract-reviewer/platform/log';
import { Piscina } from 'piscina';
import { AdmissionQueue } from './admission-queue.ts';
import { watchBuffers } from './buffer-watch.ts';
import type { ExtractionAnswer, ExtractionTask } from './extract-worker.ts';
import { defaultExtractionLimits, type ExtractionLimits } from './extraction-limits.ts';
import {
  type ExtractionOutcome,
  type ExtractOptions,
  ExtractorClosedError,
  type StoredFile,
  type TextExtractor,
  type UnreadableOutcome,
} from './extractor.ts';

export interface WorkerExtractorOptions {
  logger: Logger;
  /** What is not given is as in `defaultExtractionLimits`. */
  limits?: Partial<ExtractionLimits>;
}

/** Reads each document in a thread with a bound on its time and memory; a thread that passes one is ended. */
export class WorkerExtractor implements TextExtractor {
  readonly #logger: Logger;
  readonly #limits: ExtractionLimits;
  readonly #queue: AdmissionQueue;
  readonly #pool: Piscina<ExtractionTask, ExtractionAnswer>;
  readonly #closing = new AbortController();

  constructor({ logger, limits }: WorkerExtractorOptions) {
    this.#logger = logger;
    this.#limits = { ...defaultExtractionLimits, ...limits };
    this.#queue = new AdmissionQueue(this.#limits.concurrency, this.#limits.maxWaiting);
    this.#pool = new Piscina({
      filename: new URL('./extract-worker.ts', import.meta.url).href,
      name: 'extract',
      // All at once and for good: a pool that shrinks leaves a waiting task behind when a thread is ended.
      minThreads: this.#limits.concurrency,
      maxThreads: this.#limits.concurrency,
      atomics: 'disabled',
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.memoryMb },
      // Parsers of foreign files have no business with the settings and secrets of this process.
      env: {},
      execArgv: [],
    });
    this.#pool.on('error', (error) => this.#logger.error({ err: error }, 'an idle extraction thread failed'));
  }

  async extract(file: StoredFile, { signal }: ExtractOptions): Promise<ExtractionOutcome> {
    const stop = AbortSignal.any([signal, this.#closing.signal]);
    using _admission = await this.#queue.enter(stop);
    const answer = await this.#read(file, stop);
    if (answer.kind === 'fault') throw new Error(`cannot open the stored file: ${answer.message}`);
    const { outcome, failedAt } = answer;
    if (outcome.status === 'unreadable') {
      this.#logger.warn({ path: file.path, reason: outcome.reason, failed_at: failedAt }, 'document is unreadable');
    }
    return outcome;
  }

  async #read(file: StoredFile, stop: AbortSignal): Promise<ExtractionAnswer> {
    const takenBy = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const task: ExtractionTask = { file, limits: this.#limits, takenBy };
    const exceeded = new AbortController();
    let exceededBound: EndedReason | undefined;
    const exceed = (bound: EndedReason) => {
      exceededBound = bound;
      exceeded.abort();
    };
    const timer = setTimeout(exceed, this.#limits.timeoutMs, 'timed_out');
    using _watch = watchBuffers(
      () => this.#threadOf(task),
      this.#limits.memoryMb,
      () => exceed('out_of_memory'),
    );
    try {
      return await this.#pool.run(task, { signal: AbortSignal.any([stop, exceeded.signal]) });
    } catch (error) {
      stop.throwIfAborted();
      if (Atomics.load(takenBy, 0) === 0) throw new Error('no extraction thread took the document', { cause: error });
      return { kind: 'outcome', outcome: unreadable(exceededBound ?? reasonOf(error)) };
    } finally {
      clearTimeout(timer);
    }
  }

  #threadOf({ takenBy }: ExtractionTask): Worker | undefined {
    const id = Atomics.load(takenBy, 0);
    return this.#pool.threads.find((thread) => thread.threadId === id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new ExtractorClosedError());
    await this.#pool.destroy();
  }
}

/** Why a thread ended in the middle of a document. */
function reasonOf(error: unknown): EndedReason {
  return (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out_of_memory' : 'crashed';
}

const messages = {
  timed_out: 'Reading the document took too long. Export it again, or upload it in parts.',
  out_of_memory: 'Reading the document took too much memory. Export it again, or upload it in parts.',
  crashed: 'The document could not be read: the reader failed on it. Export it again and upload the new file.',
};
type EndedReason = keyof typeof messages;

function unreadable(reason: EndedReason): UnreadableOutcome {
  return { status: 'unreadable', reason, message: messages[reason] };
}
