import type { Logger } from '../log.ts';
import type { Database, OutboxMessage } from '../pg/database.ts';
import { sleep } from '../sleep.ts';

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

/** Finds what other processes left behind; this process's own messages wake it at once. */
const pollIntervalMs = 1000;
const retryDelaysMs = [100, 500, 1000, 5000];

/**
 * Delivers the messages that transactions put into the outbox: each at least once, by whichever process is alive.
 *
 * Messages are claimed by their existence (a row lock that other processes skip), never by a cursor over ids or times,
 * since a transaction that commits late would fall behind the cursor. A claim ends with its transaction, so a process
 * that dies gives its messages back. Whoever hears of a change may read at once what it made stale, so a message leaves
 * only after that is gone from the cache.
 * (Transactional outbox: https://microservices.io/patterns/data/transactional-outbox.html.)
 */
export class Outbox implements AsyncDisposable {
  readonly #options: OutboxOptions;
  readonly #stop = new AbortController();
  readonly #workers: TopicWorker[] = [];

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  start(): void {
    const { database, schema, topics, logger } = this.#options;
    for (const [name, topic] of Object.entries(topics)) {
      this.#workers.push(new TopicWorker(database, schema, name, topic, logger, this.#stop.signal));
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
  #woken = new AbortController();

  constructor(database: Database, schema: string, name: string, topic: OutboxTopic, logger: Logger, stop: AbortSignal) {
    this.finished = this.#run(() => deliverBatch(database, schema, name, topic), name, logger, stop);
  }

  /** There may be something to deliver. */
  wake(): void {
    this.#woken.abort();
  }

  async #run(deliver: () => Promise<number>, topic: string, logger: Logger, stop: AbortSignal): Promise<void> {
    let failures = 0;
    while (!stop.aborted) {
      // Before it looks for messages, so that one that comes while it looks is not slept over.
      this.#woken = new AbortController();
      try {
        const delivered = await deliver();
        failures = 0;
        if (delivered === 0) await sleep(pollIntervalMs, AbortSignal.any([this.#woken.signal, stop]));
      } catch (error) {
        const pauseMs = retryDelaysMs[Math.min(failures, retryDelaysMs.length - 1)] as number;
        failures += 1;
        if (failures === 3) logger.warn({ err: error, topic }, 'outbox messages cannot be delivered; trying on');
        await sleep(pauseMs, stop);
      }
    }
  }
}

interface OutboxRow extends DeliveredMessage {
  invalidation_id: string | null;
}

/** @returns how many messages were delivered */
function deliverBatch(database: Database, schema: string, name: string, topic: OutboxTopic): Promise<number> {
  return database.transaction(async (transaction) => {
    const rows = await transaction.query<OutboxRow>(
      `DELETE FROM ${schema}.outbox
        WHERE id = ANY (ARRAY (SELECT id FROM ${schema}.outbox WHERE topic = $1
                                ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED))
       RETURNING id, payload, invalidation_id`,
      [name, topic.batchSize],
    );
    if (rows.length === 0) return 0;
    await database.settle(rows.flatMap(({ invalidation_id }) => invalidation_id ?? []));
    await topic.deliver(rows.map(({ id, payload }) => ({ id, payload })));
    return rows.length;
  });
}
