import { Redis } from 'ioredis';
import type { Logger } from '../log.ts';
import { RedisConnection } from './connection.ts';

export interface RedisBroadcastOptions {
  url: string;
  channel: string;
  logger: Logger;
}

/**
 * Short messages to every process that listens at the moment. Nobody keeps them, so they may only make something
 * quicker that comes about without them too.
 */
export class RedisBroadcast implements AsyncDisposable {
  readonly #publisher: RedisConnection;
  readonly #subscriber: Redis;
  readonly #channel: string;
  readonly #logger: Logger;
  #isListening = false;

  constructor({ url, channel, logger }: RedisBroadcastOptions) {
    this.#channel = channel;
    this.#logger = logger;
    this.#publisher = new RedisConnection({ url, logger });
    this.#subscriber = new Redis(url, {
      lazyConnect: true,
      autoResubscribe: false,
      connectTimeout: 1000,
      retryStrategy: (attempt) => Math.min(100 * attempt, 1000),
    });
    this.#subscriber.on('ready', () => void this.#subscribe());
    this.#subscriber.on('close', () => {
      this.#isListening = false;
    });
    // The connection for publishing reports the same trouble.
    this.#subscriber.on('error', (error: Error) => logger.debug({ error: error.message }, 'Redis subscription'));
  }

  /** Whether messages arrive now, as far as this end of the connection can know. */
  get isListening(): boolean {
    return this.#isListening;
  }

  /** Begins to connect and goes on trying. */
  connect(): void {
    this.#publisher.connect();
    this.#subscriber.connect().catch((error: unknown) => this.#logger.debug({ err: error }, 'Redis subscription'));
  }

  /** Sends a message, or drops it if Redis is not there. */
  publish(message: string): void {
    this.#publisher
      .run((redis) => redis.publish(this.#channel, message))
      .catch((error: unknown) => this.#logger.debug({ err: error }, 'message not broadcast'));
  }

  /** Hands each message to the listener, those that this process published itself too. */
  onMessage(listener: (message: string) => void): void {
    this.#subscriber.on('message', (_channel, message) => listener(message));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscriber.disconnect();
    await this.#publisher[Symbol.asyncDispose]();
  }

  async #subscribe(): Promise<void> {
    try {
      await this.#subscriber.subscribe(this.#channel);
      this.#isListening = true;
    } catch (error) {
      // A lost connection comes back and is subscribed again; what Redis refuses, it would refuse again.
      this.#logger.warn({ err: error, channel: this.#channel }, 'cannot listen to Redis');
    }
  }
}
