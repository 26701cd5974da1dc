import { BoundedMap } from '@contract-reviewer/platform/bounded-map';
import { type Clock, type MonotonicMs, systemClock } from '@contract-reviewer/platform/clock';
import type { DocumentId } from '../domain/analysis.ts';

const maxRemembered = 20_000;

/**
 * Who may read which document, as its owner said. An answer is remembered for as long as it says, from when it was asked
 * for, which is what remains of the lease of the oldest check that it rests on; a refusal is not. Who takes a permission,
 * a session or the document away waits until all such answers have run out before they say that it is done.
 */
export class RememberedAccess {
  readonly #clock: Clock;
  readonly #until = new BoundedMap<MonotonicMs>(maxRemembered);

  constructor(clock = systemClock) {
    this.#clock = clock;
  }

  /**
   * @param assertion of the caller, and with it their session
   * @param ask returns for how many ms from now its answer may be relied upon; what it throws is passed on
   */
  async require(documentId: DocumentId, assertion: string, ask: () => Promise<number>): Promise<void> {
    const key = `${documentId} ${assertion}`;
    const askedAt = this.#clock.now();
    if (askedAt < (this.#until.get(key) ?? 0)) return;
    const validForMs = await ask();
    if (validForMs > 0) this.#until.set(key, (askedAt + validForMs) as MonotonicMs);
  }
}
