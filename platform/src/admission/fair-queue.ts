/** Somebody who waits. */
export interface Waiting {
  /** Whose turn it takes. */
  readonly flow: string;
  /** Goes before those of the same flow that do not. */
  readonly continues: boolean;
}

interface Flow<W> {
  ahead: Set<W>;
  behind: Set<W>;
}

/**
 * Those who wait, by whom they belong to: each flow has its turn, however many it has waiting (round robin as in J. Nagle,
 * "On Packet Switches with Infinite Storage", RFC 970; whoever is one too many is taken from the longest, as in P. McKenney,
 * "Stochastic Fairness Queueing", 1990).
 */
export class FairQueue<W extends Waiting> {
  /** In the order of their turns; none is empty. */
  readonly #flows = new Map<string, Flow<W>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many of the flow wait. */
  sizeOf(flow: string): number {
    const waiting = this.#flows.get(flow);
    return waiting ? waiting.ahead.size + waiting.behind.size : 0;
  }

  add(who: W): void {
    let flow = this.#flows.get(who.flow);
    if (!flow) {
      flow = { ahead: new Set(), behind: new Set() };
      this.#flows.set(who.flow, flow);
    }
    (who.continues ? flow.ahead : flow.behind).add(who);
    this.#size += 1;
  }

  /** Takes out whoever is next. */
  take(): W | undefined {
    const [turn] = this.#flows;
    if (!turn) return undefined;
    const [name, flow] = turn;
    const [next] = flow.ahead.size > 0 ? flow.ahead : flow.behind;
    if (next === undefined) throw new TypeError('a flow without anybody has no turn');
    this.delete(next);
    // To the end of the line, if more of it wait.
    if (this.#flows.delete(name) && flow.ahead.size + flow.behind.size > 0) this.#flows.set(name, flow);
    return next;
  }

  /** Takes out the last of the flow that has most waiting, if it has more than `than`. */
  takeFromLongest(than: number): W | undefined {
    let longest: Flow<W> | undefined;
    let most = than;
    for (const flow of this.#flows.values()) {
      const size = flow.ahead.size + flow.behind.size;
      if (size > most) [longest, most] = [flow, size];
    }
    if (!longest) return undefined;
    const last = [...(longest.behind.size > 0 ? longest.behind : longest.ahead)].at(-1) as W;
    this.delete(last);
    return last;
  }

  /** In no order that means anything. */
  all(): W[] {
    return [...this.#flows.values()].flatMap(({ ahead, behind }) => [...ahead, ...behind]);
  }

  /** @returns whether it was waiting */
  delete(who: W): boolean {
    const flow = this.#flows.get(who.flow);
    if (!flow) return false;
    const wasWaiting = (who.continues ? flow.ahead : flow.behind).delete(who);
    if (wasWaiting) this.#size -= 1;
    if (flow.ahead.size + flow.behind.size === 0) this.#flows.delete(who.flow);
    return wasWaiting;
  }
}
