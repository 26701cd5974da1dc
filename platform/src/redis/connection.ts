import type { Redis } from 'ioredis';
import type { Logger } from '../log.ts';
import { RedisClient } from './redis-client.ts';

/** Redis cannot be asked now: not connected, not the primary, or it has stopped answering in time. */
class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';
}

export interface RedisConnectionOptions {
  url: string;
  logger: Logger;
  /** A command that takes longer has failed. Default 100 ms. */
  commandTimeoutMs?: number;
}

const failuresToReconnect = 3;
const handshakeTimeoutMs = 1000;
/** How long a connection that is given up may take to close in good order. */
const closeTimeoutMs = 100;
const longestRetryDelayMs = 1000;

/**
 * One connection to Redis that fails fast instead of queueing.
 *
 * - A command is sent once, on the connection that is there now, and never again on a later one: what a caller learned
 *   of the old server need not hold on the new one.
 * - After three commands in a row without an answer the connection is given up, and commands are refused at once until
 *   a new one stands. So a Redis that hangs, or a network that swallows everything, delays few requests, and those by
 *   the timeout at most.
 * - `runId` names the server process at the other end; it changes when Redis restarts or fails over. Only a primary has
 *   one: a connection whose server turns out to be a replica by now is given up too.
 */
export class RedisConnection implements AsyncDisposable {
  readonly #redis: Redis;
  readonly #logger: Logger;
  readonly #commandTimeoutMs: number;
  #runId: string | undefined;
  #failures = 0;
  #lastError: string | undefined;

  constructor({ url, logger, commandTimeoutMs = 100 }: RedisConnectionOptions) {
    this.#logger = logger;
    this.#commandTimeoutMs = commandTimeoutMs;
    this.#redis = new RedisClient(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      connectTimeout: 1000,
      // Bounds the handshake too, which goes through nothing of ours.
      commandTimeout: handshakeTimeoutMs,
      disconnectTimeout: closeTimeoutMs,
      retryStrategy: (attempt) => Math.min(100 * attempt, longestRetryDelayMs),
    });
    this.#redis.on('ready', () => void this.#identify());
    this.#redis.on('close', () => {
      this.#runId = undefined;
    });
    this.#redis.on('error', (error: Error) => this.#report(error));
  }

  /** Begins to connect and goes on trying; does not wait, because the process works without Redis. */
  connect(): void {
    this.#redis.connect().catch((error: unknown) => this.#report(error as Error));
  }

  /** The server process that is connected and answers; undefined while there is none to rely on. */
  get runId(): string | undefined {
    return this.#runId;
  }

  /**
   * Runs one command or script.
   *
   * @throws {RedisUnavailableError} without asking Redis while there is none to rely on, or when it does not answer in
   *   time; the command may then still take effect
   * @throws what Redis or the connection answers otherwise
   */
  async run<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    if (this.#runId === undefined) throw new RedisUnavailableError('Redis is not available');
    try {
      const result = await inTime(command(this.#redis), this.#commandTimeoutMs);
      this.#failures = 0;
      return result;
    } catch (error) {
      this.#judge(error as Error);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#redis.disconnect();
  }

  async #identify(): Promise<void> {
    try {
      const info = await this.#redis.info();
      const role = /^role:(\w+)/m.exec(info)?.[1];
      const runId = /^run_id:(\w+)/m.exec(info)?.[1];
      if (role !== 'master' || !runId) throw new Error(`not a primary to rely on: role ${role}, run_id ${runId}`);
      this.#runId = runId;
      this.#failures = 0;
      this.#lastError = undefined;
      this.#logger.info({ run_id: runId }, 'connected to Redis');
    } catch (error) {
      this.#report(error as Error);
      // It may become a primary, and tells nobody.
      setTimeout(() => this.#runId ?? this.#giveUp(), longestRetryDelayMs).unref();
    }
  }

  /** What a failed command says about the server. */
  #judge(error: Error): void {
    if (error.name !== 'ReplyError') {
      this.#failures += 1;
      if (this.#failures >= failuresToReconnect) this.#goOnWithout(error, 'Redis does not answer');
      return;
    }
    // An error that Redis itself replied with proves that it is there.
    this.#failures = 0;
    if (error.message.startsWith('READONLY')) this.#goOnWithout(error, 'Redis is no primary any more');
  }

  #goOnWithout(error: Error, why: string): void {
    if (this.#runId === undefined) return;
    this.#logger.warn({ error: error.message }, `${why}; going on without it`);
    this.#giveUp();
  }

  /** Leaves this connection; ioredis makes a new one. */
  #giveUp(): void {
    this.#runId = undefined;
    this.#redis.disconnect(true);
  }

  /** Says each new kind of trouble once, not once per attempt. */
  #report(error: Error): void {
    if (error.message === this.#lastError) return;
    this.#lastError = error.message;
    this.#logger.warn({ error: error.message }, 'Redis connection');
  }
}

/**
 * Waits for an answer. When a busy process comes to its timer late, the answer may have arrived already, so what is in
 * the socket is read before the time is declared up.
 */
function inTime<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
  // Not by Promise.race, which takes several times as long: this is done with every command.
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new RedisUnavailableError(`no answer within ${timeoutMs} ms`));
    const timer = setTimeout(() => setImmediate(giveUp), timeoutMs);
    answer.then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
