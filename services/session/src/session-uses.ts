import type { Logger } from '@contract-reviewer/platform/log';
import { runDetached } from '@contract-reviewer/platform/request-context';
import type { Session, SessionId } from './domain/session.ts';
import type { SessionStore } from './storage/session-store.ts';

/**
 * Records that sessions are used, behind the requests that use them: a request need not wait for it, and a store that
 * cannot write now must not turn away who may read.
 */
export class SessionUses implements AsyncDisposable {
  readonly #store: SessionStore;
  readonly #logger: Logger;
  readonly #recordings = new Map<SessionId, Promise<void>>();

  constructor(store: SessionStore, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  /** Begins to record a use, unless one of that session is being recorded already. */
  record({ sessionId, lastUsedAt }: Session, usedAt: Date, expiresAt: Date | undefined): void {
    if (this.#recordings.has(sessionId)) return;
    const use = { knownUse: lastUsedAt, lastUsedAt: usedAt, ...(expiresAt && { expiresAt }) };
    const recording = runDetached(() => this.#store.touch(sessionId, use))
      .catch((error: unknown) =>
        this.#logger.warn({ err: error, session_id: sessionId }, 'use of a session was not recorded'),
      )
      .finally(() => this.#recordings.delete(sessionId));
    this.#recordings.set(sessionId, recording);
  }

  /** Waits for what is being recorded. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#recordings.values());
  }
}
