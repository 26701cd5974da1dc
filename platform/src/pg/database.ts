import { randomUUID } from 'node:crypto';
import { type ClientBase, DatabaseError, Pool, type PoolClient, type QueryResultRow } from 'pg';
import { systemClock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { currentRequest, runDetached } from '../request-context.ts';
import { traceTransaction } from '../telemetry/sql-spans.ts';
import type { PoolState } from '../telemetry/store-metrics.ts';
import { currentTraceparent } from '../telemetry/trace-context.ts';
import { refutedAfterMs } from '../trust-period.ts';
import { untilAborted } from '../until-aborted.ts';
import { Connection } from './connection.ts';
import { DatabaseUnavailableError, isConnectionError } from './errors.ts';

/** Changes nothing, but for locks. */
const isSelect = /^\s*SELECT\b/;

export interface Queryable {
  /**
   * @returns the rows
   * @throws {DatabaseError} what PostgreSQL answered
   * @throws {DatabaseUnavailableError} when there is no connection, or it was lost on the way
   * @throws the reason why the request that is being served is over; the statement is cancelled then
   */
  query<Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A transaction under way. What is named here happens if and only if it commits. */
export interface Transaction extends Queryable {
  /** Names cache entries that this transaction makes stale. They are gone before `transaction` resolves. */
  invalidate(...keys: string[]): void;
  /** Puts a message into the outbox. It is delivered after the commit, once what was named above is gone. */
  emit(message: OutboxMessage): void;
}

/** A message is delivered at least once; its id lets the receiver take it once. */
export interface OutboxMessage {
  /** A UUID. */
  id: string;
  topic: string;
  payload: object;
  /** The span that it belongs to, as the W3C's Trace Context has it; unless told, that in which it is recorded. */
  traceparent?: string | undefined;
}

/** Cache entries that a committed transaction made stale, and the row that remembers it. */
export interface Invalidation {
  id: string;
  keys: readonly string[];
}

/** Stale entries were removed from the cache, or all trust in them was waited out because they could not be. */
export type Settlement = 'delivered' | 'waited out';

export interface CommitListener {
  /** Removes the entries from the cache. Resolves once no reader can see them any more. */
  settle(invalidations: readonly Invalidation[]): Promise<Settlement>;
}

export interface TransactionOptions {
  /**
   * Resolve only when no process relies any more on what it concluded from the state before: a session that it checked,
   * a permission. For writes that take something away from somebody. Costs a good second, also when nothing was left to
   * take: who took it may still be waiting.
   */
  waitOutTrust?: boolean;
}

export interface DatabaseOptions {
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** The service's own schema, in which the outbox and the invalidations are. */
  schema: string;
  logger: Logger;
  maxConnections?: number;
  /** Bounds each statement; a transaction is a few of them. */
  statementTimeoutMs?: number;
}

/**
 * A service's connection pool, and the one way in which it writes.
 *
 * `transaction` keeps the promise that the caches depend on: the invalidation is written in the transaction of the
 * change, and the caller hears of success only when the stale entries are gone.
 *
 * What is done for a request ends with it, when its deadline passes or its caller goes away. What others may come to
 * share, or what has to be done once the caller has its answer, is to be run detached from the request.
 */
export class Database implements Queryable, AsyncDisposable {
  readonly #pool: Pool;
  readonly #schema: string;
  #invalidations: CommitListener | undefined;
  #onEmit: () => void = () => undefined;

  constructor({
    url,
    applicationName,
    schema,
    logger,
    maxConnections = 10,
    statementTimeoutMs = 10_000,
  }: DatabaseOptions) {
    this.#schema = schema;
    this.#pool = new Pool({
      connectionString: url,
      application_name: applicationName,
      max: maxConnections,
      connectionTimeoutMillis: 3000,
      statement_timeout: statementTimeoutMs,
      // The server may hang rather than fail; then it is the client that must give up.
      query_timeout: statementTimeoutMs + 1000,
      idle_in_transaction_session_timeout: 30_000,
      onConnect: requirePrimary,
      // A statement is sent without waiting for the one before: BEGIN with the first, COMMIT with the last.
      pipeline: true,
    });
    // An idle connection that breaks raises an error on the pool, one in use on the client; unheard, either would end
    // the process.
    this.#pool.on('error', (error) => logger.warn({ error: error.message }, 'PostgreSQL connection lost'));
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** From now on, `transaction` waits for the listener to settle what it invalidates. */
  settleInvalidationsWith(listener: CommitListener): void {
    this.#invalidations = listener;
  }

  /** Called after each commit that put something into the outbox. */
  onEmit(listener: () => void): void {
    this.#onEmit = listener;
  }

  async query<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const connection = await this.#connect(currentRequest()?.signal);
    try {
      return (await connection.query<Row>(sql, values)).rows;
    } finally {
      connection.release();
    }
  }

  /**
   * Runs `work` in a READ COMMITTED transaction, commits, and settles what it invalidated.
   *
   * @throws what `work` throws, or {DatabaseUnavailableError}, after which it may have been committed all the same
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return traceTransaction(this.#schema, () => this.#transaction(work, options));
  }

  async #transaction<T>(
    work: (transaction: Transaction) => Promise<T>,
    { waitOutTrust = false }: TransactionOptions,
  ): Promise<T> {
    const keys = new Set<string>();
    const messages: OutboxMessage[] = [];
    const invalidationId = randomUUID();
    const connection = await this.#connect(currentRequest()?.signal);
    let result: T;
    try {
      let hasBegun = false;
      let hasChanges = false;
      const begun = connection.begin().then(() => {
        hasBegun = true;
      });
      // It is waited for below.
      begun.catch(() => undefined);
      result = await work({
        query: async <Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []) => {
          hasChanges ||= !isSelect.test(sql);
          // Without its BEGIN, a change would commit by itself. What is asked after it stays after it.
          if (hasChanges && !hasBegun) await begun;
          return (await connection.query<Row>(sql, values)).rows;
        },
        invalidate: (...stale) => {
          for (const key of stale) keys.add(key);
        },
        emit: (message) => messages.push(message),
      });
      const id = keys.size > 0 ? invalidationId : null;
      await begun;
      await connection.commit(id !== null || messages.length > 0 ? this.#record(id, [...keys], messages) : undefined);
    } catch (error) {
      await connection.rollBack();
      throw error;
    } finally {
      connection.release();
    }

    // What is committed is stale for everybody, also when its writer has gone.
    const settlement =
      keys.size > 0
        ? await runDetached(async () => this.#invalidations?.settle([{ id: invalidationId, keys: [...keys] }]))
        : undefined;
    if (messages.length > 0) this.#onEmit();
    // Counted from here and not from the commit: an entry could be read, and relied upon, until it was removed.
    if (waitOutTrust && settlement !== 'waited out') await systemClock.sleep(refutedAfterMs);
    return result;
  }

  /** Settles what earlier transactions invalidated, as far as it is not known to be settled: their writers may be dead. */
  async settle(invalidationIds: readonly string[]): Promise<void> {
    if (!this.#invalidations || invalidationIds.length === 0) return;
    const open = await this.query<Invalidation & QueryResultRow>(
      `SELECT id, keys FROM ${this.#schema}.cache_invalidations WHERE id = ANY ($1::uuid[])`,
      [invalidationIds],
    );
    await this.#invalidations.settle(open);
  }

  /** The same for what made these keys stale: for who saw a change in a table and is about to tell others of it. */
  async settleKeys(...keys: string[]): Promise<void> {
    if (!this.#invalidations) return;
    const open = await this.query<Invalidation & QueryResultRow>(
      `SELECT id, keys FROM ${this.#schema}.cache_invalidations WHERE keys && $1::text[]`,
      [keys],
    );
    await this.#invalidations.settle(open);
  }

  /**
   * Does what only one process may do at a time, and keeps a connection for it. The lock ends with the process, however
   * it ends.
   *
   * @returns the lock, to be disposed of; undefined if another holds it
   */
  async tryLock(name: string): Promise<AsyncDisposable | undefined> {
    const connection = await this.#connect();
    const parameters = [`${this.#schema} ${name}`];
    let isLocked = false;
    try {
      const sql = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked';
      const { rows } = await connection.query<{ locked: boolean }>(sql, parameters);
      isLocked = rows[0]?.locked ?? false;
    } finally {
      if (!isLocked) connection.release();
    }
    if (!isLocked) return undefined;
    return {
      [Symbol.asyncDispose]: async () => {
        try {
          await connection.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', parameters);
        } catch (error) {
          // A connection that broke has taken the lock with it.
          if (!isConnectionError(error)) throw error;
        } finally {
          connection.close();
        }
      },
    };
  }

  /** How many connections there are, and who waits for one. */
  get pool(): PoolState {
    const { totalCount, idleCount, waitingCount, options } = this.#pool;
    return { used: totalCount - idleCount, idle: idleCount, max: options.max, waiting: waitingCount };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }

  async #connect(signal?: AbortSignal): Promise<Connection> {
    signal?.throwIfAborted();
    const connecting = this.#pool.connect();
    try {
      return new Connection(await (signal ? untilAborted(connecting, signal) : connecting), signal);
    } catch (error) {
      if (signal?.aborted) {
        void connecting.then(giveBack, () => undefined);
        throw error;
      }
      if (error instanceof DatabaseError || error instanceof DatabaseUnavailableError) throw error;
      throw new DatabaseUnavailableError('no connection', { cause: error });
    }
  }

  /** One statement, for it is part of nearly every write. What cannot be sent throws at once. */
  #record(invalidationId: string | null, keys: readonly string[], messages: readonly OutboxMessage[]) {
    return {
      sql: `WITH invalidation AS (
         INSERT INTO ${this.#schema}.cache_invalidations (id, keys)
         SELECT $4::uuid, $5::text[] WHERE cardinality($5::text[]) > 0)
       INSERT INTO ${this.#schema}.outbox (id, topic, payload, invalidation_id, traceparent)
       SELECT id, topic, payload, $4::uuid, traceparent
         FROM unnest($1::uuid[], $2::text[], $3::jsonb[], $6::text[]) AS message (id, topic, payload, traceparent)`,
      values: [
        messages.map(({ id }) => id),
        messages.map(({ topic }) => topic),
        messages.map(({ payload }) => JSON.stringify(payload)),
        invalidationId,
        this.#invalidations ? keys : [],
        messages.map(({ traceparent }) => traceparent ?? currentTraceparent()),
      ],
    };
  }
}

/**
 * A server in recovery may be behind the primary, so what it says must neither be served nor fill a cache. A primary
 * becomes a standby only by a restart, so asking once per connection is enough.
 */
async function requirePrimary(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
  if (rows[0]?.standby) throw new DatabaseUnavailableError('the server is in recovery, so it is not the primary');
}

/** For a connection that came when nobody waited for it any more. */
function giveBack(client: PoolClient): void {
  client.release();
}
