import { type Job, PgBoss } from 'pg-boss';
import type { Logger } from '../log.ts';
import type { Queryable } from '../pg/database.ts';
import { ensureSchema } from '../pg/migrate.ts';
import type { OnAttempt, QueueState } from '../telemetry/job-metrics.ts';
import { traceJob, traceSending } from '../telemetry/message-spans.ts';

export interface JobQueueOptions {
  databaseUrl: string;
  /** The schema of the jobs' tables, which `migrateJobs` made. */
  schema: string;
  /** The queue's name. */
  name: string;
  logger: Logger;
  /** Told of each attempt at a job when it is over. */
  onAttempt?: OnAttempt;
}

export interface WorkOptions {
  /** Jobs that this process works on at the same time. */
  concurrency: number;
}

export interface JobContext {
  /** Aborted when the job has lost its claim or the process stops; the job is then done again elsewhere. */
  signal: AbortSignal;
  /** Whether a failure of this attempt ends the job. */
  isLastAttempt: boolean;
}

export interface JobHandlers<Data extends object> {
  /** Does a job. When it rejects, or its process dies, the job is done again: up to five times, with growing pauses. */
  handle(data: Data, context: JobContext): Promise<void>;
  /** Concludes a job whose last attempt has failed too, also when nobody was left to say so. Tried as often itself. */
  giveUp?(data: Data): Promise<void>;
}

/** How long a worker may be silent before its job is given to another. The smallest that pg-boss takes. */
const heartbeatSeconds = 10;
const superviseSeconds = 2;
const retryLimit = 5;
/** No notification tells of a job that is to be done again; while there are notifications, pg-boss polls but rarely. */
const polling = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 };

/** A user's next job is due that much after the one before it. */
const turnSeconds = 600;
/** More of one user make no difference to each other. */
const maxAhead = 1000;
/** From when on turns are counted, so that they fit into 32 bits until 2090. */
const turnsSinceSeconds = Date.UTC(2025, 0, 1) / 1000;

/** What is kept with a job: also the span that queued it. */
type Traced<Data> = Data & { traceparent?: string };

/** Where the jobs of a queue go whose last attempt has failed. */
function exhaustedQueue(name: string): string {
  return `${name}_exhausted`;
}

/** Jobs in PostgreSQL: sent in the transaction of the change that wants them, done at least once. */
export class JobQueue<Data extends object> implements AsyncDisposable {
  readonly #boss: PgBoss;
  readonly name: string;
  readonly #schema: string;
  readonly #logger: Logger;
  readonly #onAttempt: OnAttempt | undefined;

  constructor({ databaseUrl, schema, name, logger, onAttempt }: JobQueueOptions) {
    this.name = name;
    this.#schema = schema;
    this.#logger = logger;
    this.#onAttempt = onAttempt;
    this.#boss = new PgBoss({
      connectionString: databaseUrl,
      schema,
      application_name: `${name} jobs`,
      max: 4,
      migrate: false,
      createSchema: false,
      schedule: false,
      useListenNotify: true,
      superviseIntervalSeconds: superviseSeconds,
      monitorIntervalSeconds: superviseSeconds,
    });
    this.#boss.on('error', (error) => logger.warn({ err: error }, 'job queue'));
  }

  /** Connects; jobs can be sent from now on. @throws when the tables of the jobs are missing or of another version */
  async start(): Promise<void> {
    await this.#boss.start();
  }

  /**
   * Puts a job into the queue if and only if the transaction commits.
   *
   * Jobs are taken in the order in which they are due, as soon as there is a worker: the first of a user at once, and each
   * further one ten minutes after the one before. So a user who sends a thousand holds up nobody who sends one, and for
   * all that, nobody's jobs wait for ever (a virtual clock for each user: L. Zhang, "VirtualClock", 1990).
   *
   * @param ahead how many jobs of the same user are not done yet; `Infinity` for what nobody waits for
   */
  async send(transaction: Queryable, data: Data, ahead = 0): Promise<void> {
    const db = {
      executeSql: async (sql: string, values?: unknown[]) => ({ rows: await transaction.query(sql, values) }),
    };
    await traceSending(this.name, (traceparent) =>
      this.#boss.send(this.name, traceparent === undefined ? data : { ...data, traceparent }, {
        db,
        priority: priorityAfter(ahead),
      }),
    );
  }

  /** What is in the queue now, of all replicas. @throws when PostgreSQL does not answer */
  async state(): Promise<QueueState> {
    const { rows } = await this.#boss.getDb().executeSql(
      `SELECT count(*) FILTER (WHERE state < 'active')::int AS waiting,
              count(*) FILTER (WHERE state = 'active')::int AS running,
              coalesce(extract(epoch FROM now() - min(start_after) FILTER (WHERE state < 'active')), 0)::float8 AS lag
         FROM ${this.#schema}.job WHERE name = $1 AND state <= 'active'`,
      [this.name],
    );
    const [{ waiting, running, lag }] = rows as [{ waiting: number; running: number; lag: number }];
    return { waiting, running, lagMs: Math.max(0, lag) * 1000 };
  }

  /** Works until disposed of. */
  async work({ concurrency }: WorkOptions, { handle, giveUp }: JobHandlers<Data>): Promise<void> {
    for (let count = 0; count < concurrency; count += 1) {
      await this.#startWorker(this.name, ({ data, signal, retryCount }) =>
        handle(data, { signal, isLastAttempt: retryCount >= retryLimit }),
      );
    }
    if (giveUp) await this.#startWorker(exhaustedQueue(this.name), ({ data }) => giveUp(data));
  }

  /** Takes no more jobs and lets running ones end for a few seconds; the rest are done again elsewhere. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#boss.stop({ graceful: true, timeout: 5000, close: true });
  }

  async #startWorker(queue: string, perform: (job: Job<Traced<Data>>) => Promise<void>): Promise<void> {
    const worker = await this.#boss.work<Traced<Data>>(queue, polling, async ([job]) => {
      if (!job) return;
      // The next job may be waiting already, of which no notification will tell.
      this.#boss.notifyWorker(worker);
      const startedAt = performance.now();
      const report = (outcome: 'done' | 'failed') =>
        this.#onAttempt?.({ queue, outcome, durationMs: performance.now() - startedAt });
      try {
        await traceJob(queue, job.data.traceparent, () => perform(job));
        report('done');
      } catch (error) {
        report('failed');
        this.#logger.warn({ err: error, queue }, 'attempt at a job failed');
        throw error;
      }
    });
  }
}

/** The sooner it is due, the higher. */
function priorityAfter(ahead: number): number {
  const now = Math.floor(Date.now() / 1000) - turnsSinceSeconds;
  return -(now + turnSeconds * Math.min(ahead, maxAhead));
}

type QueuePolicy = typeof queuePolicy & { deadLetter?: string };

const queuePolicy = {
  notify: true,
  heartbeatSeconds,
  retryLimit,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 30,
  expireInSeconds: 3600,
  retentionSeconds: 30 * 24 * 3600,
  deleteAfterSeconds: 24 * 3600,
};

/** Creates or updates the tables of the jobs, and the queues. Safe to run at the same time from several processes. */
export async function migrateJobs(databaseUrl: string, schema: string, queues: readonly string[]): Promise<void> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema,
    createSchema: false,
    schedule: false,
    supervise: false,
  });
  // Errors of background work; those of the migration reject `start`.
  boss.on('error', () => undefined);
  await ensureSchema(databaseUrl, schema);
  await boss.start();
  try {
    for (const name of queues) {
      await createOrUpdateQueue(boss, exhaustedQueue(name), queuePolicy);
      await createOrUpdateQueue(boss, name, { ...queuePolicy, deadLetter: exhaustedQueue(name) });
    }
  } finally {
    await boss.stop({ graceful: false, close: true });
  }
}

async function createOrUpdateQueue(boss: PgBoss, name: string, policy: QueuePolicy): Promise<void> {
  await boss.createQueue(name, policy);
  await boss.updateQueue(name, policy);
}
