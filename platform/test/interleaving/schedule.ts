/** An effect that somebody waits for and that may happen now or later. */
interface PendingStep {
  label: string;
  isReady: () => boolean;
  /** Makes the effect happen and tells whoever waits. */
  happen: () => void;
}

/**
 * Decides the order in which the effects of concurrent code happen.
 *
 * Code under test runs as it is; wherever it would talk to a store or wait, a model enqueues a step here instead. One
 * step happens at a time, and then everything that follows from it runs until it waits again. So an execution is a
 * sequence of choices, and the same choices give the same execution.
 */
export class Schedule {
  readonly trace: string[] = [];
  #pending: PendingStep[] = [];

  /** Waits for its turn, then runs `effect` as one atomic step. */
  step<T>(label: string, effect: () => T, isReady: () => boolean = () => true): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#pending.push({
        label,
        isReady,
        happen: () => {
          try {
            resolve(effect());
          } catch (error) {
            reject(error);
          }
        },
      });
    });
  }

  /** Steps of which the label fulfils the condition never happen, as when their process has died. */
  drop(condition: (label: string) => boolean): void {
    this.#pending = this.#pending.filter(({ label }) => !condition(label));
  }

  /** The labels of the steps that may happen next, once everything that can run has run. */
  async options(): Promise<string[]> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.#ready().map(({ label }) => label);
  }

  /** All waiting steps, ready or not. */
  waiting(): string[] {
    return this.#pending.map(({ label }) => label).sort();
  }

  take(index: number): void {
    const step = this.#ready()[index] as PendingStep;
    this.#pending.splice(this.#pending.indexOf(step), 1);
    this.trace.push(step.label);
    step.happen();
  }

  #ready(): PendingStep[] {
    return this.#pending.filter(({ isReady }) => isReady());
  }
}
