import type { GuardedProcess } from '@contract-reviewer/platform/embedded/guarded-process';

/** A process that the run kills and starts again. */
export class Restartable<P extends GuardedProcess = GuardedProcess> implements AsyncDisposable {
  readonly name: string;
  readonly #start: () => Promise<P>;
  #current: P;
  /** We have sent the signal that ends it. */
  #isEndExpected = false;
  readonly #unexpectedEnds: string[] = [];

  private constructor(name: string, start: () => Promise<P>, current: P) {
    this.name = name;
    this.#start = start;
    this.#current = current;
    this.#watch(current);
  }

  /** @throws what `start` throws */
  static async start<P extends GuardedProcess>(name: string, start: () => Promise<P>): Promise<Restartable<P>> {
    return new Restartable(name, start, await start());
  }

  get current(): P {
    return this.#current;
  }

  /** How it ended when nobody had asked for it. */
  get unexpectedEnds(): readonly string[] {
    return this.#unexpectedEnds;
  }

  signal(signal: NodeJS.Signals): void {
    this.#current.kill(signal);
  }

  /** Ends it with the signal, waits until it has ended, does what has to be done between, and starts it again. */
  async restart(signal: NodeJS.Signals, between: () => Promise<unknown>): Promise<void> {
    this.#isEndExpected = true;
    this.#current.kill(signal);
    await this.#current.exited;
    await between();
    await this.#startAgain();
  }

  /** Starts it if it has ended by itself. */
  async revive(): Promise<void> {
    if (this.#current.exitReason() !== undefined) await this.#startAgain();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEndExpected = true;
    // A stopped process acts on no other signal before it is continued.
    this.#current.kill('SIGCONT');
    await this.#current.stop();
  }

  async #startAgain(): Promise<void> {
    this.#current = await this.#start();
    this.#isEndExpected = false;
    this.#watch(this.#current);
  }

  #watch(process: P): void {
    void process.exited.then(async () => {
      if (!this.#isEndExpected) {
        this.#unexpectedEnds.push(`${this.name}: ${process.exitReason()}\n${await process.logTail()}`);
      }
    });
  }
}
