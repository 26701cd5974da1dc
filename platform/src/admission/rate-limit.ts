import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { BoundedMap } from '../bounded-map.ts';
import { type Clock, type MonotonicMs, systemClock } from '../clock.ts';
import type { RedisConnection } from '../redis/connection.ts';

export interface RateLimitOptions {
  /** Of the keys in Redis, to which `{` is put in front: such keys are never taken for those of cached entries. */
  prefix: string;
  /** For each key, in a minute. */
  points: number;
  /** Undefined: each process counts for itself. */
  redis: RedisConnection | undefined;
  clock?: Clock;
}

/** What this process holds of the points of one key. */
interface Account {
  /** Below zero what was spent before it was asked for. */
  credit: number;
  /** Until when the credit counts, and until when there is no more of it. */
  until: MonotonicMs;
  isExhausted: boolean;
  isAsking: boolean;
}

const windowSeconds = 60;
/** A process takes points by the hundredth of what there is in a minute. */
const blocksInWindow = 100;
const maxAccounts = 20_000;

/**
 * So many points a minute for each key, in windows that begin with the first of it. They are kept in Redis; a process takes
 * a block of them at a time and spends it by itself, so that what costs a microsecond does not wait for Redis.
 *
 * A process that has too few left asks for more while it goes on, and what it spends meanwhile is paid from the next
 * block. So a key gets at most its points and, of each process, what it spends while Redis answers (100 ms at most); and at
 * least its points less two blocks for each process. While Redis is away each process counts for itself, anew.
 */
export class RateLimit {
  readonly #limiter: RateLimiterRedis | RateLimiterMemory;
  readonly #prefix: string;
  readonly #clock: Clock;
  readonly #block: number;
  readonly #accounts = new BoundedMap<Account>(maxAccounts);
  #refused = 0;

  constructor({ prefix, points, redis, clock = systemClock }: RateLimitOptions) {
    this.#prefix = prefix;
    this.#clock = clock;
    this.#block = Math.max(1, Math.floor(points / blocksInWindow));
    const memory = new RateLimiterMemory({ keyPrefix: '', points, duration: windowSeconds });
    this.#limiter = redis
      ? new RateLimiterRedis({
          storeClient: scriptsOn(redis),
          keyPrefix: '',
          points,
          duration: windowSeconds,
          insuranceLimiter: memory,
        })
      : memory;
  }

  /** How often there were too few points. */
  get refused(): number {
    return this.#refused;
  }

  /**
   * Spends points, at once.
   *
   * @returns undefined; or if there are too few, in how many milliseconds there will be new ones
   */
  spend(key: string, points: number): number | undefined {
    const now = this.#clock.now();
    const account = this.#accountOf(key, now);
    if (account.isExhausted && account.credit < points) {
      this.#refused += 1;
      return account.until - now;
    }
    account.credit -= points;
    if (account.credit < this.#block / 2 && !account.isAsking && !account.isExhausted) void this.#ask(key, account);
    return undefined;
  }

  #accountOf(key: string, now: MonotonicMs): Account {
    let account = this.#accounts.get(key);
    if (!account) {
      account = { credit: 0, until: now, isExhausted: false, isAsking: false };
      this.#accounts.set(key, account);
    } else if (now >= account.until && !account.isAsking) {
      // The points of a window end with it; what is owed does not.
      account.credit = Math.min(0, account.credit);
      account.isExhausted = false;
    }
    return account;
  }

  async #ask(key: string, account: Account): Promise<void> {
    account.isAsking = true;
    const wanted = this.#block + Math.max(0, -account.credit);
    try {
      const { msBeforeNext } = await this.#limiter.consume(`{${this.#prefix}:${key}}:points`, wanted);
      account.credit += wanted;
      account.until = (this.#clock.now() + msBeforeNext) as MonotonicMs;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      account.credit = Math.max(0, account.credit);
      account.isExhausted = true;
      account.until = (this.#clock.now() + refusal.msBeforeNext) as MonotonicMs;
    } finally {
      account.isAsking = false;
    }
  }
}

/** What the limiter asks of a client of Redis, over a connection that gives up in time. */
function scriptsOn(redis: RedisConnection) {
  let script = '';
  return {
    defineCommand: (_name: string, { lua }: { lua: string }) => {
      script = lua;
    },
    rlflxIncr: ([key = '', ...args]: readonly string[]) =>
      redis.run((connection) => connection.eval(script, 1, key, ...args)),
  };
}
