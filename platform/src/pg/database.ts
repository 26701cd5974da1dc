import { randomUUID } from 'node:crypto';
import { DatabaseError, Pool, type PoolClient, type QueryResultRow } from 'pg';
import type { Logger } from '../log.ts';
import { DatabaseUnavailableError } from './errors.ts';

export interface Queryable {
  /**
   * @returns the rows
   * @throws {DatabaseError} what PostgreSQL answered
   * @throws {DatabaseUnavailableError} when there is no connection, or it was lost on the way
   */
  query<Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A transaction under way. What is named here happens if and only if it commits. */
export interface Transaction extends Queryable {
  /** Names cache entries that this transaction makes stale. They are gone before `transaction` resolves. */
  invalidate(...keys: string[]): void;
  /** Puts a message into the outbox. */
  emit(message: OutboxMessage): void;
}

/** A message is delivered at least once; its id lets the receiver take it once. */
export interface OutboxMessage {
  /** A UUID. */
  id: string;
  topic: string;
  payload: object;
}

/** Cache entries that a committed transaction made stale, and the row that remembers it. */
export interface Invalidation {
  id: string;
  keys: readonly string[];
}

export interface CommitListener {
  /** Removes the entries from the cache. Resolves once no reader can see them any more. */
  settle(invalidation: Invalidation): Promise<void>;
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
    const client = await this.#connect();
    let failure: unknown;
    try {
      return await queryOn<Row>(client, sql, values);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      client.release(failure instanceof DatabaseUnavailableError);
    }
  }

  /** Runs `work` in a READ COMMITTED transaction, commits, and settles what it invalidated. */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const keys = new Set<string>();
    const messages: OutboxMessage[] = [];
    const invalidationId = randomUUID();
    const client = await this.#connect();
    let failure: unknown;
    let result: T;
    try {
      await queryOn(client, 'BEGIN', []);
      result = await work({
        query: (sql, values = []) => queryOn(client, sql, values),
        invalidate: (...stale) => {
          for (const key of stale) keys.add(key);
        },
        emit: (message) => messages.push(message),
      });
      if (keys.size > 0 && this.#invalidations) {
        await queryOn(client, `INSERT INTO ${this.#schema}.cache_invalidations (id, keys) VALUES ($1, $2)`, [
          invalidationId,
          [...keys],
        ]);
      }
      if (messages.length > 0) await this.#insertMessages(client, messages);
      await queryOn(client, 'COMMIT', []);
    } catch (error) {
      failure = error;
      if (!(error instanceof DatabaseUnavailableError)) await rollBack(client);
      throw error;
    } finally {
      client.release(failure instanceof DatabaseUnavailableError);
    }

    if (messages.length > 0) this.#onEmit();
    if (keys.size > 0) await this.#invalidations?.settle({ id: invalidationId, keys: [...keys] });
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw error instanceof DatabaseError ? error : new DatabaseUnavailableError('no connection', { cause: error });
    }
  }

  async #insertMessages(client: PoolClient, messages: readonly OutboxMessage[]): Promise<void> {
    await queryOn(
      client,
      `INSERT INTO ${this.#schema}.outbox (id, topic, payload)
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::jsonb[])`,
      [
        messages.map(({ id }) => id),
        messages.map(({ topic }) => topic),
        messages.map(({ payload }) => JSON.stringify(payload)),
      ],
    );
  }
}

async function queryOn<Row extends QueryResultRow>(
  client: PoolClient,
  sql: string,
  values: readonly unknown[],
): Promise<Row[]> {
  try {
    const { rows } = await client.query<Row>(sql, [...values]);
    return rows;
  } catch (error) {
    // What is not PostgreSQL's own answer is a connection that broke or hangs.
    throw error instanceof DatabaseError ? error : new DatabaseUnavailableError('connection lost', { cause: error });
  }
}

async function rollBack(client: PoolClient): Promise<void> {
  try {
    await client.query('ROLLBACK');
  } catch {
    // The connection is gone, and the transaction with it; the first error is the one to report.
  }
}
