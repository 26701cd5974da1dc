import { setTimeout as sleep } from 'node:timers/promises';
import type { Ask, Use } from './asks.ts';

/** An answer that accepted the session, or the grant. */
export interface Acceptance {
  where: string;
  /** When the request was sent, in milliseconds of `performance.now()`. */
  sentAt: number;
}

/** Uses a session without a pause, everywhere in turn, and notes what was accepted. */
export class Probe implements AsyncDisposable {
  readonly acceptances: Acceptance[] = [];
  /** Requests that were answered otherwise than by yes or no. */
  unknown = 0;
  asked = 0;
  readonly #stop = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #running: Promise<void>;

  /** @param perSecond requests */
  constructor(asks: readonly Ask[], use: Use, perSecond: number) {
    this.#running = this.#run(asks, use, 1000 / perSecond);
  }

  /** What was accepted of all that was sent from that moment on. */
  acceptedSince(moment: number): Acceptance[] {
    return this.acceptances.filter(({ sentAt }) => sentAt >= moment);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#underWay);
  }

  async #run(asks: readonly Ask[], use: Use, intervalMs: number): Promise<void> {
    const { signal } = this.#stop;
    const beganAt = performance.now();
    for (let number = 0; !signal.aborted; number += 1) {
      const early = beganAt + number * intervalMs - performance.now();
      if (early > 1) await sleep(early, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const asked = this.#ask(asks[number % asks.length] as Ask, use).finally(() => this.#underWay.delete(asked));
      this.#underWay.add(asked);
    }
  }

  async #ask({ where, ask }: Ask, use: Use): Promise<void> {
    const sentAt = performance.now();
    this.asked += 1;
    const { kind } = await ask(use);
    if (kind === 'ok') this.acceptances.push({ where, sentAt });
    if (kind === 'unknown') this.unknown += 1;
  }
}
