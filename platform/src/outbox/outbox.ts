import { StatusError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Database, OutboxMessage } from '../pg/database.ts';
import { isConnectionError } from '../pg/errors.ts';
import { sleep } from '../sleep.ts';
import { traceDelivery } from '../telemetry/message-spans.ts';

export type DeliveredMessage = Pick<OutboxMessage, 'id' | 'payload'>;

export interface OutboxTopic {
  /** Most messages in one delivery. */
  batchSize: number;
  /**
   * Gives the messages to whom they are for. It may get one again that it has delivered, after a crash, so the
   * receiver must take each id once. Rejects if they are not all delivered; they are then tried again.
   */
  deliver(messages: readonly DeliveredMessage[]): Promise<void>;
}

export interface OutboxOptions {
  database: Database;
  schema: string;
  topics: Readonly<Record<string, OutboxTopic>>;
  logger: Logger;
}

/** Finds what other processes left behind; this process's own messages wake it. */
const pollIntervalMs = 1000;
/** For how long messages are gathered that may go out together. */
const gatherMs = 100;
/** After a failure, twice as long each time. */
const shortestPauseMs = 100;
const longestPauseMs = 5000;

/** How long a message is put off that could not be delivered, twice as long each time. */
const shortestDeferralMs = 500;
const longestDeferralMs = { away: 5000, refuses: 5 * 60_000 };

/**
 * Delivers the messages that transactions put into the outbox: each at least once, by whichever process is alive.
 *
 * Messages are claimed by their existence (a row lock that other processes skip), never by a cursor over ids or times,
 * since a transaction that commits late would fall behind the cursor. A claim ends with its transaction, so a process
 * that dies gives its messages back. Whoever hears of a change may read at once what it made stale, so a message leaves
 * only after that is gone from the cache.
 *
 * Messages go out oldest first, some at a time. When a delivery fails, the next is half as large, down to the one message
 * that is at fault; that is put off by itself, longer each time, and the others go on. So the order in which messages
 * arrive is not promised, and no receiver may depend on it.
 * (Transactional outbox: https://microservices.io/patterns/data/transactional-outbox.html.)
 */
export class Outbox implements AsyncDisposable {
  readonly #options: OutboxOptions;
  readonly #stop = new AbortController();
  readonly #workers: TopicWorker[] = [];

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** The topics that it delivers. */
  get topics(): string[] {
    return Object.keys(this.#options.topics);
  }

  start(): void {
    const { database, schema, topics, logger } = this.#options;
    for (const [name, topic] of Object.entries(topics)) {
      const delivery = new Delivery(database, schema, name, topic);
      this.#workers.push(new TopicWorker(delivery, logger, this.#stop.signal));
    }
    database.onEmit(() => {
      for (const worker of this.#workers) worker.wake();
    });
  }

  /** Waits for deliveries that are under way; what is left is delivered by the next process. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#workers.map((worker) => worker.finished));
  }
}

class TopicWorker {
  readonly finished: Promise<void>;
  readonly #delivery: Delivery;
  readonly #logger: Logger;
  #woken = new AbortController();
  /** How many messages the next delivery may have. */
  #size: number;
  /** Deliveries in a row that could not have been smaller. */
  #failures = 0;

  constructor(delivery: Delivery, logger: Logger, stop: AbortSignal) {
    this.#delivery = delivery;
    this.#size = delivery.topic.batchSize;
    this.#logger = logger;
    this.finished = this.#run(stop);
  }

  /** There may be something to deliver. */
  wake(): void {
    this.#woken.abort();
  }

  async #run(stop: AbortSignal): Promise<void> {
    const largest = this.#delivery.topic.batchSize;
    while (!stop.aborted) {
      // Before it looks for messages, so that one that comes while it looks is not slept over.
      this.#woken = new AbortController();
      try {
        const delivered = await this.#delivery.deliver(this.#size);
        this.#failures = 0;
        this.#size = Math.min(largest, 2 * this.#size);
        if (delivered === 0) await sleep(pollIntervalMs, AbortSignal.any([this.#woken.signal, stop]));
        if (delivered < this.#size) await sleep(gatherMs, stop);
      } catch (error) {
        await sleep(await this.#stepBack(error as DeliveryError), stop);
      }
    }
  }

  /** Narrows the next delivery down, or puts off the message that is at fault. @returns how long to pause then */
  async #stepBack({ messageIds, cause }: DeliveryError): Promise<number> {
    const [first, second] = messageIds;
    if (second !== undefined) {
      this.#size = Math.ceil(messageIds.length / 2);
      return shortestPauseMs;
    }
    if (first !== undefined) await this.#putOff(first, cause);
    this.#failures += 1;
    if (first === undefined && this.#failures === 3) {
      this.#logger.warn({ err: cause, topic: this.#delivery.name }, 'outbox cannot be read; trying on');
    }
    return Math.min(longestPauseMs, shortestPauseMs * 2 ** (this.#failures - 1));
  }

  async #putOff(id: string, cause: unknown): Promise<void> {
    try {
      const longestMs = isAway(cause) ? longestDeferralMs.away : longestDeferralMs.refuses;
      const attempts = await this.#delivery.putOff(id, longestMs);
      if (attempts !== 3) return;
      const message = { topic: this.#delivery.name, message_id: id };
      this.#logger.warn({ err: cause, ...message }, 'outbox message cannot be delivered; trying on');
    } catch (error) {
      // PostgreSQL is away; the message is due all the time, and the pauses between deliveries are enough.
      this.#logger.debug({ err: error }, 'outbox message not put off');
    }
  }
}

/** These messages, if any had been claimed, were not delivered. */
class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly messageIds: readonly string[];

  constructor(messageIds: readonly string[], cause: unknown) {
    super('not delivered', { cause });
    this.messageIds = messageIds;
  }
}

/** Whether it is the receiver's or a store's own trouble, which no message can be blamed for. */
function isAway(error: unknown): boolean {
  if (error instanceof StatusError) return error.code === 'UNAVAILABLE' || error.code === 'DEADLINE_EXCEEDED';
  return isConnectionError(error);
}

interface OutboxRow extends DeliveredMessage {
  invalidation_id: string | null;
  /** The span in which it was written. */
  traceparent: string | null;
}

/** The messages of one topic. */
class Delivery {
  readonly name: string;
  readonly topic: OutboxTopic;
  readonly #database: Database;
  readonly #schema: string;

  constructor(database: Database, schema: string, name: string, topic: OutboxTopic) {
    this.#database = database;
    this.#schema = schema;
    this.name = name;
    this.topic = topic;
  }

  /**
   * Delivers up to `limit` messages that are due.
   *
   * @returns how many
   * @throws {DeliveryError} caused by what went wrong
   */
  async deliver(limit: number): Promise<number> {
    let rows: OutboxRow[] = [];
    try {
      await this.#database.transaction(async (transaction) => {
        rows = await transaction.query<OutboxRow>(
          `DELETE FROM ${this.#schema}.outbox
            WHERE id = ANY (ARRAY (SELECT id FROM ${this.#schema}.outbox
                                    WHERE topic = $1 AND due_at <= clock_timestamp()
                                    ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED))
           RETURNING id, payload, invalidation_id, traceparent`,
          [this.name, limit],
        );
        if (rows.length === 0) return;
        const traceparents = rows.map(({ traceparent }) => traceparent);
        await traceDelivery(this.name, traceparents, async () => {
          await this.#database.settle(rows.flatMap(({ invalidation_id }) => invalidation_id ?? []));
          await this.topic.deliver(rows.map(({ id, payload }) => ({ id, payload })));
        });
      });
    } catch (error) {
      throw new DeliveryError(
        rows.map(({ id }) => id),
        error,
      );
    }
    return rows.length;
  }

  /**
   * Puts a message off that could not be delivered.
   *
   * @returns how often that has happened to it; undefined if it is gone by now
   */
  async putOff(messageId: string, longestMs: number): Promise<number | undefined> {
    const [row] = await this.#database.query<{ attempts: number }>(
      `UPDATE ${this.#schema}.outbox
          SET attempts = attempts + 1,
              due_at = clock_timestamp() + least($2::float8, $3 * 2 ^ least(attempts, 30)) * interval '1 millisecond'
        WHERE id = $1
       RETURNING attempts`,
      [messageId, longestMs, shortestDeferralMs],
    );
    return row?.attempts;
  }
}
