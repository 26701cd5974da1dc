import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { Periodic } from '../periodic.ts';
import type { CommitListener, Invalidation, Settlement } from '../pg/database.ts';
import { runDetached } from '../request-context.ts';
import { refutedAfterMs } from '../trust-period.ts';
import type { InvalidationLog } from './invalidation-log.ts';
import type { CacheServer } from './redis-cache.ts';
import type { TrustLease } from './trust-lease.ts';

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
  /** Delivered, but their rows are still there. */
  readonly #delivered = new Set<string>();
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

  async settle(invalidations: readonly Invalidation[]): Promise<Settlement> {
    const open = invalidations.filter(({ id }) => !this.#delivered.has(id));
    if (open.length === 0) return 'delivered';
    const ids = open.map(({ id }) => id);
    if (await this.#deliver(open.flatMap(({ keys }) => keys))) {
      this.#removeSoon(ids);
      return 'delivered';
    }
    await this.#log.markUndelivered(ids);
    await this.#clock.sleep(refutedAfterMs);
    return 'waited out';
  }

  /** Starts to deliver, in the background, what writers left behind. */
  start(): void {
    this.#sweeper.start();
  }

  /** Delivers what writers left behind, as far as Redis can be reached. */
  async sweep(): Promise<void> {
    // Also keeps the trust alive while nobody reads, so that the first one who does need not wait for a check.
    if (!(await this.#trust.mayDeliver())) return;
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
  #removeSoon(ids: readonly string[]): void {
    for (const id of ids) this.#delivered.add(id);
    this.#removal ??= runDetached(() => this.#removeDelivered());
  }

  async #removeDelivered(): Promise<void> {
    while (this.#delivered.size > 0) {
      await this.#clock.sleep(removeDelayMs);
      const ids = [...this.#delivered];
      try {
        await this.#log.remove(ids);
      } catch (error) {
        // The sweep delivers them once more, which changes nothing, and removes them.
        this.#logger.debug({ err: error }, 'removal of delivered invalidations failed');
      }
      for (const id of ids) this.#delivered.delete(id);
    }
    this.#removal = undefined;
  }
}

class UndeliveredError extends Error {
  override readonly name = 'UndeliveredError';
}
