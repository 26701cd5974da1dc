/** What a thing is in, as far as a client can tell. */
export interface State {
  /** Rises with each change. Unknown for a write that was not answered. */
  version?: number;
  value?: string;
}

/** What an operation did to one thing, or saw of it. */
export interface Effect {
  /** Names the thing, as in `document:<id>`. */
  object: string;
  action: 'write' | 'read' | 'remove';
  /** Of a write: what it became. Of a read: what was seen, or undefined for "there is no such thing". */
  state?: State;
}

/**
 * `ok`: acknowledged, or read. `refused`: without effect. `unknown`: no answer, or one that leaves open whether it took
 * or will still take effect.
 */
export type Outcome = 'ok' | 'refused' | 'unknown';

/** One request of one client. Times are milliseconds on one monotonic clock. */
export interface Operation {
  /** As in `read document`. */
  kind: string;
  /** Which process was asked, as in `gateway 0`. */
  via: string;
  invokedAt: number;
  answeredAt: number;
  outcome: Outcome;
  /** Several for a list, which shows several things at once. */
  effects: readonly Effect[];
  /** Why it was refused, or what made its outcome unknown. */
  reason?: string;
}

/** Everything that the clients did and were told. */
export class History {
  readonly operations: Operation[] = [];
  readonly #startedAt = performance.now();

  #answered = 0;

  /** How many operations have a known outcome. */
  get answered(): number {
    return this.#answered;
  }

  /** Milliseconds since the history began. */
  now(): number {
    return performance.now() - this.#startedAt;
  }

  record(operation: Operation): void {
    this.operations.push(operation);
    if (operation.outcome !== 'unknown') this.#answered += 1;
  }
}
