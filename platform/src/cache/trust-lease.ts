import type { Clock, MonotonicMs } from '../clock.ts';
import type { Logger } from '../log.ts';
import { runDetached } from '../request-context.ts';
import { refutedAfterMs, trustPeriodMs } from '../trust-period.ts';
import type { InvalidationLog } from './invalidation-log.ts';
import type { CacheServer } from './redis-cache.ts';

/** After a check that found Redis not to be trusted, none is made for this long; PostgreSQL serves meanwhile. */
const distrustMs = 100;

interface Trust {
  epoch: number;
  runId: string;
  /** Reads may use Redis: there was no undelivered invalidation. */
  readable: boolean;
  until: MonotonicMs;
}

/**
 * Decides whether the Redis at hand may be believed.
 *
 * A writer that cannot remove its stale entries says so in PostgreSQL and waits a little more than L before it
 * acknowledges. Everyone else believes Redis only for L after a check on the primary was *sent* that found no such
 * mark. So by the time the writer acknowledges, nobody believes Redis any more, wherever they are and whatever they
 * can reach. It takes no clock that two machines would have to agree on.
 *
 * The same check keeps a Redis with a past out: PostgreSQL names the Redis process (`run_id`) that is trusted. A
 * process that finds itself connected to another one registers that, which raises the epoch and so turns all that is
 * stored into misses. The new epoch comes into force when somebody has seen it for so long that the trust of the epoch
 * before must have run out everywhere. PostgreSQL's clock has no say in it: it can jump, and a row becomes visible at any
 * time after the moment that is written in it.
 */
export class TrustLease {
  readonly #server: CacheServer;
  readonly #log: InvalidationLog;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #trust: Trust | undefined;
  #distrustedUntil: MonotonicMs | undefined;
  /** The epoch that is not in force yet, and since when this process has seen it. */
  #coming: { epoch: number; since: MonotonicMs } | undefined;
  #check: Promise<void> | undefined;

  constructor(server: CacheServer, log: InvalidationLog, clock: Clock, logger: Logger) {
    this.#server = server;
    this.#log = log;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** The epoch in which Redis may be read and filled, and until when; undefined while it must not be. */
  async readEpoch(): Promise<{ epoch: number; until: MonotonicMs } | undefined> {
    const trust = await this.#current();
    return trust?.readable ? trust : undefined;
  }

  /** Whether an entry that is removed from the Redis at hand is gone for everybody. */
  async mayDeliver(): Promise<boolean> {
    return (await this.#current()) !== undefined;
  }

  /** Whether reads may use Redis at this moment, as far as is known without asking. */
  get isTrusted(): boolean {
    return this.#live()?.readable === true;
  }

  async #current(): Promise<Trust | undefined> {
    const live = this.#live();
    if (live) {
      // Renewed before it ends, so that no read has to wait for the check under steady load.
      if (live.until - this.#clock.now() < trustPeriodMs / 2) void this.#renew();
      return live;
    }
    if (this.#server.runId === undefined) return undefined;
    if (this.#distrustedUntil !== undefined && this.#clock.now() < this.#distrustedUntil) return undefined;
    await this.#renew();
    return this.#live();
  }

  #live(): Trust | undefined {
    const trust = this.#trust;
    return trust && this.#clock.now() < trust.until && trust.runId === this.#server.runId ? trust : undefined;
  }

  #renew(): Promise<void> {
    this.#check ??= runDetached(() => this.#checkNow()).finally(() => {
      this.#check = undefined;
    });
    return this.#check;
  }

  async #checkNow(): Promise<void> {
    const sentAt = this.#clock.now();
    const { runId } = this.#server;
    if (runId === undefined) return;
    try {
      const state = await this.#log.check();
      if (state.runId !== runId) {
        await this.#log.register(runId);
        this.#logger.info({ run_id: runId }, 'registered another Redis; what it held counts as gone');
        this.#distrust();
      } else if (!state.inForce && !(await this.#comesIntoForce(state.epoch))) {
        this.#distrust();
      } else {
        this.#trust = { epoch: state.epoch, runId, readable: !state.undelivered, until: later(sentAt, trustPeriodMs) };
        this.#distrustedUntil = undefined;
      }
    } catch (error) {
      // Without PostgreSQL nothing can be known; what remains of the lease may still be used.
      this.#logger.debug({ err: error }, 'trust check failed');
      this.#distrustedUntil = later(this.#clock.now(), distrustMs);
    }
  }

  async #comesIntoForce(epoch: number): Promise<boolean> {
    const now = this.#clock.now();
    if (this.#coming?.epoch !== epoch) this.#coming = { epoch, since: now };
    if (now - this.#coming.since < refutedAfterMs) return false;
    await this.#log.putInForce(epoch);
    return true;
  }

  #distrust(): void {
    this.#trust = undefined;
    this.#distrustedUntil = later(this.#clock.now(), distrustMs);
  }
}

function later(moment: MonotonicMs, ms: number): MonotonicMs {
  return (moment + ms) as MonotonicMs;
}
