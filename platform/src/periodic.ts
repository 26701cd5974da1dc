import type { Logger } from './log.ts';

export interface PeriodicOptions {
  name: string;
  intervalMs: number;
  logger: Logger;
}

/** Runs a task again and again, never twice at once. A failure is logged, and the next round is the retry. */
export class Periodic implements AsyncDisposable {
  readonly #task: () => Promise<unknown>;
  readonly #options: PeriodicOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(options: PeriodicOptions, task: () => Promise<unknown>) {
    this.#options = options;
    this.#task = task;
  }

  start(): void {
    this.#timer = setInterval(() => this.runNow(), this.#options.intervalMs);
    this.#timer.unref();
  }

  /** Begins a round, unless one is under way. */
  runNow(): void {
    this.#running ??= this.#run();
  }

  /** Waits for the round that is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      await this.#task();
    } catch (error) {
      this.#options.logger.warn({ err: error, task: this.#options.name }, 'periodic task failed');
    } finally {
      this.#running = undefined;
    }
  }
}
