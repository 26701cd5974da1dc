import { PgBoss } from 'pg-boss';
import type { Logger } from '../log.ts';
import type { Queryable } from '../pg/database.ts';

export interface JobQueueOptions {
  databaseUrl: string;
  /** The schema of the jobs' tables, which `migrateJobs` made. */
  schema: string;
  /** The queue's name. */
  name: string;
  logger: Logger;
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

/** How long a worker may be silent before its job is given to another. The smallest that pg-boss takes. */
const heartbeatSeconds = 10;
const superviseSeconds = 2;
const retryLimit = 5;

/** Jobs in PostgreSQL: sent in the transaction of the change that wants them, done at least once. */
export class JobQueue<Data extends object> implements AsyncDisposable {
  readonly #boss: PgBoss;
  readonly #name: string;

  private constructor(boss: PgBoss, name: string) {
    this.#boss = boss;
    this.#name = name;
  }

  static async open<Data extends object>({ databaseUrl, schema, name, logger }: JobQueueOptions) {
    const boss = new PgBoss({
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
    boss.on('error', (error) => logger.warn({ err: error }, 'job queue'));
    await boss.start();
    return new JobQueue<Data>(boss, name);
  }

  /** Puts a job into the queue if and only if the transaction commits. */
  async send(transaction: Queryable, data: Data): Promise<void> {
    const db = {
      executeSql: async (sql: string, values?: unknown[]) => ({ rows: await transaction.query(sql, values) }),
    };
    await this.#boss.send(this.#name, data, { db });
  }

  /** Works until disposed of. A handler that rejects has its job done again, up to five times, with growing pauses. */
  async work({ concurrency }: WorkOptions, handle: (data: Data, context: JobContext) => Promise<void>): Promise<void> {
    await this.#boss.work<Data>(
      this.#name,
      { localConcurrency: concurrency, pollingIntervalSeconds: 1 },
      async ([job]) => {
        if (job) await handle(job.data, { signal: job.signal, isLastAttempt: job.retryCount >= retryLimit });
      },
    );
  }

  /** Takes no more jobs and lets running ones end for a few seconds; the rest are done again elsewhere. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#boss.stop({ graceful: true, timeout: 5000, close: true });
  }
}

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
  await boss.start();
  try {
    for (const name of queues) {
      const policy = {
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
      await boss.createQueue(name, policy);
      await boss.updateQueue(name, policy);
    }
  } finally {
    await boss.stop({ graceful: false, close: true });
  }
}
