import type { ExtractionLimits } from './extraction-limits.ts';
import { type ProcessUsage, usageOf } from './process-usage.ts';

/** A bound that a document passed. */
export type ExceededBound = 'timed_out' | 'out_of_memory';

export interface ReadingWatchOptions {
  pid: number;
  /** What the process took before it read its first document; undefined where that is not known. */
  atRest: ProcessUsage | undefined;
  limits: Pick<ExtractionLimits, 'cpu' | 'idleMs' | 'timeoutMs' | 'memoryMb'>;
  /** Called once. */
  onExceeded: (bound: ExceededBound) => void;
}

const intervalMs = 20;

/**
 * Watches what a process takes while it reads a document. Elsewhere than on Linux it knows the time by the clock alone;
 * there the limit of the heap is what bounds the memory.
 */
export class ReadingWatch implements Disposable {
  readonly #options: ReadingWatchOptions;
  readonly #timeout: NodeJS.Timeout;
  readonly #interval: NodeJS.Timeout;
  #chars = 0;
  #cpuMsBefore: number | undefined;
  #last: { cpuMs: number; since: number } | undefined;

  constructor(options: ReadingWatchOptions) {
    this.#options = options;
    this.#timeout = setTimeout(() => this.#exceed('timed_out'), options.limits.timeoutMs);
    this.#interval = setInterval(() => this.#check(), intervalMs);
  }

  /** @param chars Unicode code points that were read so far */
  progress(chars: number): void {
    this.#chars = chars;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timeout);
    clearInterval(this.#interval);
  }

  #check(): void {
    const usage = usageOf(this.#options.pid);
    const bound = usage && this.#boundPassedBy(usage);
    if (bound) this.#exceed(bound);
  }

  #boundPassedBy(usage: ProcessUsage): ExceededBound | undefined {
    const { atRest, limits } = this.#options;
    const resident = usage.residentBytes - (atRest?.residentBytes ?? 0);
    if (resident > limits.memoryMb * 1024 * 1024) return 'out_of_memory';

    this.#cpuMsBefore ??= usage.cpuMs;
    const earnedMs = limits.cpu.msPer1000Chars * (this.#chars / 1000);
    if (usage.cpuMs - this.#cpuMsBefore > limits.cpu.baseMs + earnedMs) return 'timed_out';

    const now = performance.now();
    const isStill = usage.isAsleep && usage.cpuMs === this.#last?.cpuMs;
    if (!isStill || !this.#last) this.#last = { cpuMs: usage.cpuMs, since: now };
    return now - this.#last.since > limits.idleMs ? 'timed_out' : undefined;
  }

  #exceed(bound: ExceededBound): void {
    this[Symbol.dispose]();
    this.#options.onExceeded(bound);
  }
}
