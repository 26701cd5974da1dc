import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { Periodic } from '../periodic.ts';
import type { CommitListener, Invalidation } from '../pg/database.ts';
import type { InvalidationLog } from './invalidation-log.ts';
import type { CacheServer } from './redis-cache.ts';
import { type TrustLease, trustLeaseMs } from './trust-lease.ts';

/** Covers the coarseness of timers; clocks of different machines are never compared. */
const marginMs = 50;
const sweepIntervalMs = 500;
const sweepLimit = 500;
const removeDelayMs = 20;

/**
 * Removes stale entries from Redis after a commit, and does not let the writer go on before no reader can see them.
 *
 * What a writer left behind, because it died or could not reach Redis, is delivered by any process that can.
 */
export class Invalidator implements CommitListener, AsyncDisposable {
  readonly #server: CacheServer;
  readonly #log: InvalidationLog;
  readonly #trust: TrustLease;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #delivered: string[] = [];
  #removal: Promise<void> | undefined;
  readonly #sweeper: Periodic;

  constructor(server: CacheServer, log: InvalidationLog, trust: TrustLease, clock: Clock, logger: Logger) {
    this.#server = server;
    this.#log = log;
    this.#trust = trust;
    this.#clock = clock;
    this.#logger = logger;
    this.#sweeper = new Periodic({ name: 'deliver invalidations', intervalMs: sweepIntervalMs, logger }, () =>
      this.sweep(),
    );
  }

  async settle({ id, keys }: Invalidation): Promise<void> {
    if (await this.#deliver(keys)) {
      this.#removeSoon(id);
      return;
    }
    await this.#log.markUndelivered(id);
    await this.#clock.sleep(trustLeaseMs + marginMs);
  }

  /** Starts to deliver, in the background, what writers left behind. */
  start(): void {
    this.#sweeper.start();
  }

  /** Delivers what writers left behind, as far as Redis can be reached. */
  async sweep(): Promise<void> {
    if (this.#server.runId === undefined) return;
    try {
      let count: number;
      do {
        count = await this.#log.deliverLeftBehind(sweepLimit, async (left) => {
          const isDelivered = await this.#deliver(left.flatMap(({ keys }) => keys));
          if (!isDelivered) throw new UndeliveredError('Redis cannot be reached');
        });
        if (count > 0) this.#logger.info({ count }, 'delivered invalidations that were left behind');
      } while (count === sweepLimit);
    } catch (error) {
      // They stay where they are, and the next sweep finds them.
      this.#logger.debug({ err: error }, 'sweep of invalidations failed');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sweeper[Symbol.asyncDispose]();
    await this.#removal;
  }

  async #deliver(keys: readonly string[]): Promise<boolean> {
    try {
      if (!(await this.#trust.mayDeliver())) return false;
      await this.#server.invalidate(keys);
      return true;
    } catch (error) {
      this.#logger.debug({ err: error }, 'invalidation not delivered');
      return false;
    }
  }

  /** Rows of delivered invalidations do no harm, so they are removed a few at a time, off the writer's path. */
  #removeSoon(id: string): void {
    this.#delivered.push(id);
    this.#removal ??= this.#clock.sleep(removeDelayMs).then(() => this.#removeDelivered());
  }

  async #removeDelivered(): Promise<void> {
    this.#removal = undefined;
    const ids = this.#delivered;
    this.#delivered = [];
    if (ids.length === 0) return;
    try {
      await this.#log.remove(ids);
    } catch (error) {
      // The sweep delivers them once more, which changes nothing, and removes them.
      this.#logger.debug({ err: error }, 'removal of delivered invalidations failed');
    }
  }
}

class UndeliveredError extends Error {
  override readonly name = 'UndeliveredError';
}
