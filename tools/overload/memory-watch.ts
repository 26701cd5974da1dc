import { readFile } from 'node:fs/promises';

export interface MemoryUse {
  /** Resident memory in MB. */
  beforeMb: number;
  peakMb: number;
  /** The peak of the last third of the time, against that of the third before it. */
  growth: number;
}

const intervalMs = 250;
const kilobytesInMegabyte = 1000;

/** Watches the resident memory of processes, by their names. */
export class MemoryWatch implements Disposable {
  readonly #pids: Readonly<Record<string, number>>;
  readonly #samples: Record<string, number[]>;
  readonly #timer: NodeJS.Timeout;

  constructor(pids: Readonly<Record<string, number>>) {
    this.#pids = pids;
    this.#samples = Object.fromEntries(Object.keys(pids).map((name) => [name, []]));
    this.#timer = setInterval(() => void this.#sample(), intervalMs);
  }

  uses(): Record<string, MemoryUse> {
    return Object.fromEntries(Object.entries(this.#samples).map(([name, samples]) => [name, useOf(samples)]));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #sample(): Promise<void> {
    for (const [name, pid] of Object.entries(this.#pids)) {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
      if (kilobytes !== undefined) this.#samples[name]?.push((Number(kilobytes) * 1.024) / kilobytesInMegabyte);
    }
  }
}

function useOf(samples: readonly number[]): MemoryUse {
  const third = Math.floor(samples.length / 3);
  const peakOf = (from: number, to: number) => Math.max(0, ...samples.slice(from, to));
  return {
    beforeMb: samples[0] ?? 0,
    peakMb: peakOf(0, samples.length),
    growth: peakOf(2 * third, samples.length) / Math.max(1, peakOf(third, 2 * third)),
  };
}
