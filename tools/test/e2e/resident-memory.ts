import { readFile } from 'node:fs/promises';

const intervalMs = 200;
const kibibyte = 1024;

/** Watches how much memory a process takes up. */
export class ResidentMemory implements Disposable {
  /** In bytes, in the order in which they were taken. */
  readonly samples: number[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.#timer = setInterval(() => void this.#sample(pid), intervalMs);
  }

  /** The most in the given part of the time, from 0 to 1; 0 if there is no sample. */
  peakBetween(from: number, to: number): number {
    const count = this.samples.length;
    return Math.max(0, ...this.samples.slice(Math.floor(from * count), Math.ceil(to * count)));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #sample(pid: number): Promise<void> {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
    if (resident !== undefined) this.samples.push(Number(resident) * kibibyte);
  }
}
