import { MessageChannel } from 'node:worker_threads';
import { threadEnvironment } from '@contract-reviewer/platform/background-thread';
import type { WorkerPool } from '@contract-reviewer/platform/telemetry/worker-metrics';
import { Piscina } from 'piscina';
import type { Review } from '../../domain/analysis.ts';
import { ReviewFailure } from '../../domain/errors.ts';
import type { Engine, ReviewInput, ReviewOptions, ReviewProgress } from '../engine.ts';
import { readShippedWeights, type WeightsError } from './network/weights-file.ts';
import type { ReviewTask, ThreadData } from './review-worker.ts';
import { loadRuleset } from './risks/load-ruleset.ts';
import { engineVersion, modelUsedOf, rulesetVersionOf } from './versions.ts';

export interface BuiltinEngineOptions {
  /** Reviews done at the same time, each in a thread of its own. */
  threads?: number;
  /** Reviews that may wait for a thread; further ones are refused. */
  maxWaiting?: number;
  /** What a thread may take for JavaScript objects. */
  memoryMb?: number;
  /** A review that takes longer is ended. */
  timeoutMs?: number;
  /** An organization's own ruleset, as docs/ruleset.md describes it; the built-in one alone when absent. */
  rulesetFile?: string | undefined;
}

const defaults: Required<Omit<BuiltinEngineOptions, 'rulesetFile'>> = {
  threads: 2,
  maxWaiting: 64,
  memoryMb: 1024,
  timeoutMs: 300_000,
};

/** The review was refused because too many are waiting already; it may be tried again later. */
export class ReviewQueueFullError extends Error {
  override readonly name = 'ReviewQueueFullError';
}

/**
 * Reviews by rules, offline, in worker threads with a bound on their time and memory; a thread that passes one is ended.
 *
 * `review` throws {@link ReviewFailure} `review_out_of_memory` or `review_timed_out`, {@link ReviewQueueFullError}, or the reason
 * of its signal.
 */
export class BuiltinEngine implements Engine {
  readonly name = 'builtin';
  readonly modelUsed: string;
  readonly engineVersion = engineVersion;
  readonly rulesetVersion: string;
  readonly #pool: Piscina<ReviewTask, Review>;
  readonly #timeoutMs: number;

  /** @throws {RulesetError} when a ruleset cannot be used, {@link WeightsError} when the clause model's weights cannot. */
  constructor(options: BuiltinEngineOptions = {}) {
    const { threads, maxWaiting, memoryMb, timeoutMs } = { ...defaults, ...options };
    this.#timeoutMs = timeoutMs;
    // The threads read the weights themselves, at their first review: better to hear now that they are damaged.
    this.modelUsed = modelUsedOf(readShippedWeights().sha256);
    const loaded = loadRuleset(options.rulesetFile);
    this.rulesetVersion = rulesetVersionOf(loaded);
    const workerData: ThreadData = { ruleset: loaded.ruleset };
    this.#pool = new Piscina({
      filename: new URL('./review-worker.ts', import.meta.url).href,
      name: 'reviewInThread',
      // All at once and for good: a pool that shrinks leaves a waiting task behind when a thread is ended.
      minThreads: threads,
      maxThreads: threads,
      maxQueue: maxWaiting,
      atomics: 'disabled',
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      env: threadEnvironment(),
      workerData,
      execArgv: [],
    });
  }

  /** The threads, and the reviews that wait for one. */
  get workers(): WorkerPool {
    const { threads, idleThreads, maxThreads, queueSize } = this.#pool;
    return { busy: threads.length - idleThreads, max: maxThreads, waiting: queueSize };
  }

  async review(input: ReviewInput, { signal, onProgress }: ReviewOptions): Promise<Review> {
    signal.throwIfAborted();
    if (this.#pool.queueSize >= this.#pool.options.maxQueue)
      throw new ReviewQueueFullError('Too many reviews are waiting.');
    const { port1: receiving, port2: progress } = new MessageChannel();
    receiving.on('message', (step: ReviewProgress) => onProgress(step));
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    try {
      // Piscina wants an array; its declaration is derived from another overload of postMessage.
      const transferList = [progress] as never;
      return await this.#pool.run({ input, progress }, { transferList, signal: AbortSignal.any([signal, timeout]) });
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.aborted)
        throw new ReviewFailure('review_timed_out', 'The review took too long. Upload the document in parts.');
      if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
        throw new ReviewFailure(
          'review_out_of_memory',
          'The review took too much memory. Upload the document in parts.',
        );
      }
      throw error;
    } finally {
      receiving.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.destroy();
  }
}
