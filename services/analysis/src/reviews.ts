import { setTimeout as sleep } from 'node:timers/promises';
import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { Logger } from '@contract-reviewer/platform/log';
import { Periodic } from '@contract-reviewer/platform/periodic';
import type { ChangeFeed } from './change-feed.ts';
import type { Documents, DocumentText } from './documents/documents.ts';
import { type AnalysisId, type EngineName, finishedStatus, type Provenance } from './domain/analysis.ts';
import { AnalysisRequestError, ModelFailure, ReviewFailure } from './domain/errors.ts';
import type { Engine, ReviewInput, ReviewOptions } from './engine/engine.ts';
import { configuredEngine, type Engines } from './engine/engines.ts';
import { provenanceOf } from './engine/provenance.ts';
import { ProgressReporter } from './progress-reporter.ts';
import type { Run, RunResult, RunStore } from './storage/run-store.ts';

export interface ReviewsOptions {
  runs: RunStore;
  documents: Documents;
  engines: Engines;
  feed: ChangeFeed;
  logger: Logger;
  /** How long to wait for the text of a document. */
  textWaitMs: number;
}

/** The attempt that a job stands for. */
export interface Attempt {
  /** Aborted when the attempt is to be left to another worker. */
  signal: AbortSignal;
  /** Whether nobody tries again after this one. */
  isLastAttempt: boolean;
  /** Whether the built-in engine reviews if a language model fails. */
  allowFallback?: boolean;
}

/** Within this time a cancelled analysis is noticed. */
const currentCheckMs = 500;
const textPollMs = 10_000;
const textRetryMs = 500;

/** Doing what was asked for: text, engine, result. */
export class Reviews {
  readonly #options: ReviewsOptions;

  constructor(options: ReviewsOptions) {
    this.#options = options;
  }

  /**
   * Does a review and stores how it ended. Doing it again, or twice at once, changes nothing.
   *
   * @throws whatever went wrong, if another attempt may do better
   */
  async review(analysisId: AnalysisId, attempt: Attempt): Promise<void> {
    const { runs, feed, logger } = this.#options;
    const run = await runs.start(analysisId, new Date());
    if (!run) return;
    feed.announceProgress(analysisId);
    const overtaken = new AbortController();
    try {
      const result = await this.#produce(run, overtaken, attempt);
      const status = finishedStatus(result.review);
      const isStored = await runs.complete(
        run,
        result,
        auditEvent('analysis_completed', run, detailsOf(result, status)),
      );
      logger.info(
        {
          analysis_id: analysisId,
          attempt: run.attempt,
          status,
          stored: isStored,
          duration_ms: result.processingTimeMs,
        },
        'review done',
      );
      feed.announce(analysisId);
    } catch (error) {
      // Whoever overtook this run has the say now; what it found is dropped.
      if (overtaken.signal.aborted) return;
      if (attempt.signal.aborted) throw error;
      await this.#failOrRethrow(run, error, attempt.isLastAttempt);
    }
  }

  /** Ends an analysis whose workers all disappeared without a word. */
  async giveUp(analysisId: AnalysisId): Promise<void> {
    const run = await this.#options.runs.start(analysisId, new Date());
    if (!run) return;
    const message = `The review was begun ${run.attempt - 1} times and never came to an end. Ask for it again.`;
    await this.#fail(run, new ReviewFailure('workers_lost', message));
  }

  /** @throws the reason of a signal: `overtaken`, or that of the attempt */
  async #produce(run: Run, overtaken: AbortController, attempt: Attempt): Promise<RunResult> {
    const { runs, feed, logger } = this.#options;
    const signal = AbortSignal.any([overtaken.signal, attempt.signal]);
    const engine = this.#engineFor(run.engine);
    const keepCurrent = (isCurrent: boolean) => {
      if (!isCurrent) overtaken.abort(new Error('the run was overtaken, cancelled or purged'));
    };
    await using watch = new Periodic(
      { name: 'watch for the end of a run', intervalMs: currentCheckMs, logger },
      async () => keepCurrent(await runs.isCurrent(run)),
    );
    await using reporter = new ProgressReporter(async (progress) => {
      try {
        keepCurrent(await runs.report(run, progress, new Date()));
        feed.announceProgress(run.analysisId);
      } catch (error) {
        logger.debug({ err: error, analysis_id: run.analysisId }, 'progress not written');
      }
    });

    watch.start();
    const { text, pages, textSha256 } = await this.#readText(run, signal);
    const startedAt = performance.now();
    const result = await this.#reviewBy(
      engine,
      { text, pages, position: run.position },
      { signal, onProgress: (progress) => reporter.report(progress) },
      attempt.allowFallback ?? false,
    );
    signal.throwIfAborted();
    return {
      ...result,
      textSha256,
      processingTimeMs: Math.round(performance.now() - startedAt),
      completedAt: new Date(),
    };
  }

  async #reviewBy(
    engine: Engine,
    input: ReviewInput & Pick<Provenance, 'position'>,
    options: ReviewOptions,
    allowFallback: boolean,
  ): Promise<Pick<RunResult, 'provenance' | 'review'>> {
    // Before the review: a model that is exchanged meanwhile is not what reviewed.
    const provenance = await provenanceOf(engine, input.position);
    try {
      return { provenance, review: await engine.review(input, options) };
    } catch (error) {
      if (!allowFallback || !(error instanceof ModelFailure)) throw error;
      const { engines, logger } = this.#options;
      logger.warn({ engine: engine.name, reason: error.reason }, 'the built-in engine stands in for a language model');
      const { builtin } = engines;
      const review = await builtin.review(input, options);
      const fallback = { engine: engine.name, reason: error.reason, message: error.message };
      return { provenance: await provenanceOf(builtin, input.position), review: { ...review, fallback } };
    }
  }

  /** @throws {ReviewFailure} if it was configured when the review was asked for, and is not any more */
  #engineFor(name: EngineName): Engine {
    try {
      return configuredEngine(this.#options.engines, name);
    } catch (error) {
      if (!(error instanceof AnalysisRequestError)) throw error;
      throw new ReviewFailure(error.kind, error.message);
    }
  }

  async #readText(run: Run, signal: AbortSignal): Promise<DocumentText> {
    const { documents, textWaitMs } = this.#options;
    const until = performance.now() + textWaitMs;
    for (;;) {
      const remaining = Math.max(0, until - performance.now());
      const waitMs = Math.min(textPollMs, remaining);
      const text = await documents.readText(run.documentId, { analysisId: run.analysisId }, { waitMs, signal });
      if (text) return text;
      if (performance.now() >= until) {
        const message = `The text of the document was not to be had within ${Math.round(textWaitMs / 1000)} seconds.`;
        throw new ReviewFailure('document_text_unavailable', message);
      }
      await sleep(textRetryMs, undefined, { signal });
    }
  }

  async #failOrRethrow(run: Run, error: unknown, isLastAttempt: boolean): Promise<void> {
    if (error instanceof ReviewFailure) return this.#fail(run, error);
    if (!isLastAttempt) throw error;
    this.#options.logger.error({ err: error, analysis_id: run.analysisId, attempt: run.attempt }, 'review given up');
    const message = `The review failed on our side in each of ${run.attempt} attempts. Ask for it again later.`;
    await this.#fail(run, new ReviewFailure('review_failed', message));
  }

  async #fail(run: Run, { reason, message }: ReviewFailure): Promise<void> {
    const audit = auditEvent('analysis_failed', run, { engine: run.engine, reason });
    await this.#options.runs.fail(run, { error: { reason, message }, now: new Date() }, audit);
    this.#options.feed.announce(run.analysisId);
  }
}

function detailsOf({ provenance, processingTimeMs }: RunResult, status: string): Record<string, unknown> {
  return {
    status,
    engine: provenance.engine,
    engine_version: provenance.engineVersion,
    processing_time_ms: processingTimeMs,
  };
}

function auditEvent(
  type: 'analysis_completed' | 'analysis_failed',
  { analysisId, documentId, requestedBy }: Run,
  details: Record<string, unknown>,
): NewAuditEvent {
  return { type, service: 'analysis', userId: requestedBy, documentId, analysisId, details };
}
