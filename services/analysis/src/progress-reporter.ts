import type { Progress } from './domain/analysis-event.ts';

/** Five a second are as many as anybody can watch. */
const intervalMs = 200;

/** Writes progress down at a bearable rate: the newest at each time, one after another. */
export class ProgressReporter implements AsyncDisposable {
  readonly #write: (progress: Progress) => Promise<void>;
  #newest: Progress | undefined;
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  /** @param write must not reject: progress that is lost is not worth a failure */
  constructor(write: (progress: Progress) => Promise<void>) {
    this.#write = write;
  }

  report(progress: Progress): void {
    this.#newest = progress;
    if (this.#timer === undefined) this.#writeNewest();
  }

  /** Drops what was not written yet, and waits for what is being written. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#newest = undefined;
    clearTimeout(this.#timer);
    await this.#writing;
  }

  #writeNewest(): void {
    this.#timer = undefined;
    const progress = this.#newest;
    if (!progress) return;
    this.#newest = undefined;
    this.#writing = this.#writing.then(() => this.#write(progress));
    this.#timer = setTimeout(() => this.#writeNewest(), intervalMs);
  }
}
