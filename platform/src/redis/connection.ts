import { Redis } from 'ioredis';
import type { Logger } from '../log.ts';

/** Redis cannot be asked now: not connected, not the primary, or it has stopped answering in time. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';
}

export interface RedisConnectionOptions {
  url: string;
  logger: Logger;
  /** A command that takes longer has failed. Default 100 ms. */
  commandTimeoutMs?: number;
}

const failuresToOpen = 3;
const probeIntervalMs = 250;

/**
 * One connection to Redis that fails fast instead of queueing.
 *
 * - A command is sent once, on the connection that is there now, and never again on a later one: what a caller learned
 *   of the old server need not hold on the new one.
 * - After three failures in a row the circuit opens: commands are refused at once, and only a probe in the background
 *   asks Redis, until it answers again. So a Redis that hangs delays few requests, and those by the timeout at most.
 * - `runId` names the server process at the other end; it changes when Redis restarts or fails over.
 */
export class RedisConnection implements AsyncDisposable {
  readonly #redis: Redis;
  readonly #logger: Logger;
  #runId: string | undefined;
  #failures = 0;
  #lastError: string | undefined;
  #probe: NodeJS.Timeout | undefined;

  constructor({ url, logger, commandTimeoutMs = 100 }: RedisConnectionOptions) {
    this.#logger = logger;
    this.#redis = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: commandTimeoutMs,
      connectTimeout: 1000,
      retryStrategy: (attempt) => Math.min(100 * attempt, 1000),
    });
    this.#redis.on('ready', () => void this.#identify());
    this.#redis.on('close', () => {
      this.#runId = undefined;
    });
    this.#redis.on('error', (error: Error) => this.#report(error));
  }

  /** Begins to connect and goes on trying; does not wait, because the process works without Redis. */
  connect(): void {
    this.#redis.connect().catch((error: Error) => this.#report(error));
  }

  /** The server process that is connected and answers; undefined while there is none to rely on. */
  get runId(): string | undefined {
    return this.#probe ? undefined : this.#runId;
  }

  /**
   * Runs one command or script.
   *
   * @throws {RedisUnavailableError} without asking Redis while there is none to rely on
   * @throws what Redis or the connection answers otherwise
   */
  async run<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    if (this.runId === undefined) throw new RedisUnavailableError('Redis is not available');
    try {
      const result = await command(this.#redis);
      this.#failures = 0;
      return result;
    } catch (error) {
      // An error that Redis itself replied with proves that it is there.
      if (error instanceof Error && error.name === 'ReplyError') this.#failures = 0;
      else this.#countFailure(error as Error);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#probe);
    this.#redis.removeAllListeners('close');
    this.#redis.disconnect();
  }

  async #identify(): Promise<void> {
    try {
      const info = await this.#redis.info();
      const role = /^role:(\w+)/m.exec(info)?.[1];
      const runId = /^run_id:(\w+)/m.exec(info)?.[1];
      if (role !== 'master' || !runId) {
        this.#logger.warn({ role }, 'this Redis is not a primary; it is not used');
        return;
      }
      this.#runId = runId;
      this.#failures = 0;
      this.#lastError = undefined;
      this.#logger.info({ run_id: runId }, 'connected to Redis');
    } catch (error) {
      this.#report(error as Error);
      this.#redis.disconnect(true);
    }
  }

  #countFailure(error: Error): void {
    this.#failures += 1;
    if (this.#failures < failuresToOpen || this.#probe) return;
    this.#logger.warn({ error: error.message }, 'Redis does not answer; going on without it');
    this.#probe = setInterval(() => void this.#tryAgain(), probeIntervalMs);
  }

  async #tryAgain(): Promise<void> {
    try {
      await this.#redis.ping();
    } catch {
      return; // Still away: the next probe asks again.
    }
    clearInterval(this.#probe);
    this.#probe = undefined;
    this.#failures = 0;
    this.#logger.info('Redis answers again');
  }

  /** Says each new kind of trouble once, not once per attempt. */
  #report(error: Error): void {
    if (error.message === this.#lastError) return;
    this.#lastError = error.message;
    this.#logger.warn({ error: error.message }, 'Redis connection');
  }
}
