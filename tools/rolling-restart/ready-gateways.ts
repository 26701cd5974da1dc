import { sleep } from '@contract-reviewer/platform/sleep';
import { isGatewayReady } from '../faults/system/faulty-system.ts';

const checkIntervalMs = 200;

/** Sends nobody to a gateway that says it is not ready, as load balancers do. */
export class ReadyGateways implements AsyncDisposable {
  readonly #all: readonly number[];
  readonly #stop = new AbortController();
  readonly #checking: Promise<void>;
  #ready: readonly number[];

  /** @param ports where the gateways serve */
  constructor(ports: readonly number[]) {
    this.#all = ports;
    this.#ready = ports;
    this.#checking = this.#check();
  }

  get ports(): readonly number[] {
    return this.#ready;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#checking;
  }

  async #check(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const states = await Promise.all(this.#all.map(isGatewayReady));
      const ready = this.#all.filter((_, index) => states[index]);
      // With none to choose from, one is as good as another.
      this.#ready = ready.length > 0 ? ready : this.#all;
      await sleep(checkIntervalMs, this.#stop.signal);
    }
  }
}
