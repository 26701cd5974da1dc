import type { Logger } from '../log.ts';
import { Periodic } from '../periodic.ts';
import type { Phase, PhaseState } from './phase.ts';
import type { PgVersion1State } from './state-store.ts';

/** Readers follow a change of phase within this time, and what the query takes. */
const pollIntervalMs = 500;

/** The phase as readers know it, who take no locks. Watches until completion is confirmed, which is for good. */
export class PhaseWatch implements AsyncDisposable {
  readonly #state: PgVersion1State;
  readonly #poll: Periodic;
  #current: PhaseState = { phase: 'complete', confirmed: false, migrates: true };

  constructor(state: PgVersion1State, logger: Logger) {
    this.#state = state;
    this.#poll = new Periodic({ name: 'watch the migration phase', intervalMs: pollIntervalMs, logger }, () =>
      this.refresh(),
    );
  }

  async start(): Promise<void> {
    await this.refresh();
    if (!this.isSettled) this.#poll.start();
  }

  get phase(): Phase {
    return this.#current.phase;
  }

  /** Whether the move is over for good, or never was. */
  get isSettled(): boolean {
    return this.#current.confirmed;
  }

  /** Told by who has read it by other means. */
  learn(state: PhaseState): void {
    if (!this.isSettled) this.#current = state;
  }

  async refresh(): Promise<void> {
    if (!this.isSettled) this.learn(await this.#state.read());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#poll[Symbol.asyncDispose]();
  }
}
