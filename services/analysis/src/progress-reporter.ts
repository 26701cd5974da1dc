import type { Progress } from './domain/analysis-event.ts';

/** Five a second are as many as anybody can watch. */
const intervalMs = 200;

/** Writes progress down at a bearable rate: the newest at each time, one after another, and none of what is soon over. */
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
    this.#timer ??= setTimeout(() => this.#writeNewest(), intervalMs);
  }

  /** Drops what was not written yet, and waits for what is being written. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    await this.#writing;
  }

  #writeNewest(): void {
    const progress = this.#newest;
    this.#timer = undefined;
    if (progress) this.#writing = this.#writing.then(() => this.#write(progress));
  }
}
