import { readFile } from 'node:fs/promises';
import { familyOf } from './process-tree.ts';

const intervalMs = 20;
const kibibyte = 1024;

/** Watches how much memory of its own a process takes together with all below it; code that they share is left out. */
export class MemoryWatch implements Disposable {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  #isSampling = false;
  #peak = 0;

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => void this.#sample(), intervalMs);
  }

  /** The most bytes since it was asked last. */
  async takePeak(): Promise<number> {
    const peak = Math.max(this.#peak, await ownMemoryOf(this.#pid));
    this.#peak = 0;
    return peak;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #sample(): Promise<void> {
    if (this.#isSampling) return;
    this.#isSampling = true;
    this.#peak = Math.max(this.#peak, await ownMemoryOf(this.#pid));
    this.#isSampling = false;
  }
}

async function ownMemoryOf(root: number): Promise<number> {
  const [parent, ...children] = await Promise.all((await familyOf(root)).map(takenBy));
  return (
    children
      // One that is only just forked: until it starts its own program, its memory is that of its parent.
      .filter(({ program }) => program !== parent?.program)
      .reduce((total, { bytes }) => total + bytes, parent?.bytes ?? 0)
  );
}

interface Taken {
  program: string;
  bytes: number;
}

async function takenBy(pid: number): Promise<Taken> {
  // A process that has ended takes nothing.
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const [program, status] = await Promise.all([read('cmdline'), read('status')]);
  return { program, bytes: Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * kibibyte };
}
