import type { ChangeFeed } from './change-feed.ts';
import { type Analysis, type AnalysisId, isTerminal } from './domain/analysis.ts';
import type { AnalysisEvent } from './domain/analysis-event.ts';
import { analysisNotFound } from './domain/errors.ts';
import type { AnalysisStore } from './storage/analysis-store.ts';

const eventsAtOnce = 100;

/**
 * Waiting for what happens to an analysis. All that is told comes from the store; the feed only makes it timely. Who is
 * told of an end and then reads the document's latest analysis finds none from before that end.
 */
export class AnalysisWatch {
  readonly #store: AnalysisStore;
  readonly #feed: ChangeFeed;

  constructor(store: AnalysisStore, feed: ChangeFeed) {
    this.#store = store;
    this.#feed = feed;
  }

  /**
   * The analysis as soon as it has ended, or as it is when the wait or the signal ends.
   *
   * @throws {AnalysisRequestError} analysis_not_found if there is none, or it is purged meanwhile
   */
  async untilEnded(analysisId: AnalysisId, waitMs: number, signal: AbortSignal): Promise<Analysis> {
    using following = this.#feed.follow(analysisId, { until: 'end' });
    const until = performance.now() + waitMs;
    for (;;) {
      const analysis = await this.#store.get(analysisId);
      if (!analysis) throw analysisNotFound();
      const remaining = until - performance.now();
      if (isTerminal(analysis.status)) {
        await this.#store.settleLatestOf(analysis.documentId);
        return analysis;
      }
      if (remaining <= 0 || signal.aborted) return analysis;
      await following.next(signal, remaining);
    }
  }

  /**
   * The events after the given sequence, as they happen, up to the one that ends the analysis.
   *
   * @throws {AnalysisRequestError} analysis_not_found if there is none, or it is purged meanwhile
   * @throws the signal's reason
   */
  async *eventsAfter(
    { analysisId, documentId }: Pick<Analysis, 'analysisId' | 'documentId'>,
    sequence: number,
    signal: AbortSignal,
  ): AsyncGenerator<AnalysisEvent> {
    using following = this.#feed.follow(analysisId, { until: 'change' });
    let told = sequence;
    for (;;) {
      const page = await this.#store.eventsAfter(analysisId, told, eventsAtOnce);
      if (!page) throw analysisNotFound();
      for (const event of page.events) {
        if (isTerminal(event.status)) await this.#store.settleLatestOf(documentId);
        yield event;
        told = event.sequence;
      }
      if (page.isEnd) return;
      if (page.events.length < eventsAtOnce) await following.next(signal);
      signal.throwIfAborted();
    }
  }
}
