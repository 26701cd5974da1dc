import { setTimeout as sleep } from 'node:timers/promises';
import { StatusError } from '@contract-reviewer/platform/errors';

/** How serving ends: it is announced, then what would go on for ever is told to end, then the server can close. */
export class Drain {
  readonly #closing = new AbortController();
  #isAnnounced = false;

  /** From here on `/readyz` fails, so that load balancers send nothing more. */
  get isAnnounced(): boolean {
    return this.#isAnnounced;
  }

  /** Aborted when streams have to end. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** @param noticeMs how long to go on serving after the announcement */
  async begin(noticeMs: number): Promise<void> {
    this.#isAnnounced = true;
    if (noticeMs > 0) await sleep(noticeMs);
    this.#closing.abort(new StatusError('UNAVAILABLE', 'The gateway is shutting down.', { reason: 'SHUTTING_DOWN' }));
  }
}
