import type { Logger } from '../log.ts';
import { Periodic } from '../periodic.ts';
import type { CacheInspector } from './cache-inspector.ts';
import type { ConsistencyCheck } from './consistency-check.ts';

/** What was found in random samples since the process started. */
export interface ConsistencySample {
  checked: number;
  inconsistent: number;
}

const sampleIntervalMs = 5000;
/** Of all keys in Redis; those of other services are passed over. */
const sampleSize = 20;

/** Checks a few random entries again and again, so that the share of wrong ones is known without anybody asking. */
export class ConsistencySampler implements AsyncDisposable {
  readonly #inspector: CacheInspector;
  readonly #check: ConsistencyCheck;
  readonly #logger: Logger;
  readonly #periodic: Periodic;
  readonly #sum: ConsistencySample = { checked: 0, inconsistent: 0 };

  constructor(inspector: CacheInspector, check: ConsistencyCheck, logger: Logger) {
    this.#inspector = inspector;
    this.#check = check;
    this.#logger = logger;
    this.#periodic = new Periodic({ name: 'sample the cache', intervalMs: sampleIntervalMs, logger }, () =>
      this.sample(),
    );
  }

  start(): void {
    this.#periodic.start();
  }

  get result(): ConsistencySample {
    return { ...this.#sum };
  }

  /** Checks one sample; none while Redis cannot be asked. */
  async sample(): Promise<void> {
    if (this.#inspector.runId === undefined) return;
    const keys = await Promise.all(Array.from({ length: sampleSize }, () => this.#inspector.randomKey()));
    const { checked, findings } = await this.#check.examine([...new Set(keys.filter((key) => key !== undefined))]);
    this.#sum.checked += checked;
    this.#sum.inconsistent += findings.length;
    for (const finding of findings) this.#logger.error(finding, 'the cache holds a wrong entry');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#periodic[Symbol.asyncDispose]();
  }
}
