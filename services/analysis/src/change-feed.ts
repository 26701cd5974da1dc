import type { AnalysisId } from './domain/analysis.ts';

/** Carries messages to the other processes of this service, as long as it can. */
export interface Broadcast {
  /** Whether messages of others arrive. */
  readonly isListening: boolean;
  publish(message: string): void;
  onMessage(listener: (message: string) => void): void;
}

/** A message that an analysis has come further; without it, that it may have ended too. */
const progressPrefix = 'progress:';

/** Covers messages that were lost. */
const pollWhileListeningMs = 1000;
/** All there is without messages. */
const pollMs = 300;

/**
 * Tells those who follow an analysis when it is worth looking into PostgreSQL again. It says nothing about what is to be
 * found there, and who is told nothing looks anyway after a short while.
 */
export class ChangeFeed {
  readonly #broadcast: Broadcast | undefined;
  readonly #followings = new Map<string, Set<Following>>();

  constructor(broadcast?: Broadcast) {
    this.#broadcast = broadcast;
    broadcast?.onMessage((message) => {
      if (message.startsWith(progressPrefix)) this.#wakeForProgress(message.slice(progressPrefix.length));
      else this.#wake(message);
    });
  }

  /** To be called once a change is committed that ended the analysis, or may have. */
  announce(analysisId: AnalysisId): void {
    this.#wake(analysisId);
    this.#broadcast?.publish(analysisId);
  }

  /** To be called once any other change is committed. */
  announceProgress(analysisId: AnalysisId): void {
    this.#wakeForProgress(analysisId);
    this.#broadcast?.publish(progressPrefix + analysisId);
  }

  /**
   * What is announced from now on is not missed: follow first, then look.
   *
   * @param until whether each change is worth a look, or only what may be the end
   */
  follow(analysisId: AnalysisId, { until }: { until: 'change' | 'end' }): Following {
    const followings = this.#followings.get(analysisId) ?? new Set();
    this.#followings.set(analysisId, followings);
    const following = new Following(
      until,
      () => (this.#broadcast?.isListening ? pollWhileListeningMs : pollMs),
      () => {
        followings.delete(following);
        if (followings.size === 0) this.#followings.delete(analysisId);
      },
    );
    followings.add(following);
    return following;
  }

  #wake(analysisId: string): void {
    for (const following of this.#followings.get(analysisId) ?? []) following.wake();
  }

  #wakeForProgress(analysisId: string): void {
    for (const following of this.#followings.get(analysisId) ?? []) if (following.until === 'change') following.wake();
  }
}

export class Following implements Disposable {
  readonly until: 'change' | 'end';
  readonly #intervalMs: () => number;
  readonly #end: () => void;
  #woken = Promise.withResolvers<void>();

  constructor(until: 'change' | 'end', intervalMs: () => number, end: () => void) {
    this.until = until;
    this.#intervalMs = intervalMs;
    this.#end = end;
  }

  /** Resolves when it is time to look: after a change since the last time, a while, `atMostMs` or the signal. */
  async next(signal: AbortSignal, atMostMs = Infinity): Promise<void> {
    const wake = () => this.wake();
    const timer = setTimeout(wake, Math.min(this.#intervalMs(), atMostMs));
    signal.addEventListener('abort', wake);
    if (signal.aborted) wake();
    await this.#woken.promise;
    this.#woken = Promise.withResolvers();
    clearTimeout(timer);
    signal.removeEventListener('abort', wake);
  }

  wake(): void {
    this.#woken.resolve();
  }

  [Symbol.dispose](): void {
    this.#end();
  }
}
