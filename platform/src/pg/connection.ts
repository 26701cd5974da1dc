import { DatabaseError, type PoolClient, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { traceStatement } from '../telemetry/sql-spans.ts';
import { untilAborted } from '../until-aborted.ts';
import { requestCancel } from './cancel-request.ts';
import { DatabaseUnavailableError, isConnectionError, isOutdatedPlan } from './errors.ts';
import { statementName } from './statement-names.ts';

/** A server that has not ended a statement by then hangs, and the connection with it. */
const cancelTimeoutMs = 1000;

/**
 * A connection that was taken from the pool, for a request or for nobody in particular.
 *
 * When the request is over before a statement is, who waits for the statement is told at once. The server is asked to
 * cancel it meanwhile, and the connection returns to the pool when it is free again, or is closed. That costs a statement
 * that ends in time no round trip, as setting a timeout for each would.
 */
export class Connection {
  readonly #client: PoolClient;
  readonly #signal: AbortSignal | undefined;
  #isUsable = true;
  /** The answer to the BEGIN of the transaction that what was sent is to be part of. */
  #begun: Promise<unknown> = Promise.resolve();
  /** What was sent last. The server answers in turn, so what was sent before it is over when it is. */
  #last: Promise<unknown> = Promise.resolve();
  /** The end of what nobody waits for any more. */
  #recovery: Promise<void> | undefined;

  /** @param signal ends the request that this connection is for */
  constructor(client: PoolClient, signal: AbortSignal | undefined) {
    this.#client = client;
    this.#signal = signal;
  }

  /**
   * @throws the signal's reason once that is aborted
   * @throws {DatabaseError} what PostgreSQL answered
   * @throws {DatabaseUnavailableError} when the connection is lost, or was
   */
  async query<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<QueryResult<Row>> {
    this.#signal?.throwIfAborted();
    return this.#whileWanted(this.#send<Row>(sql, values));
  }

  /**
   * Begins a transaction, which may be waited for after its first statement was sent.
   *
   * @throws as `query` does
   */
  async begin(): Promise<void> {
    this.#begun = this.#send('BEGIN', []);
    await this.#whileWanted(this.#begun);
  }

  /**
   * Commits, with a last statement if there is one. Once that is sent it is seen through, however soon the request is over:
   * to break it off would leave nobody knowing what came of it.
   *
   * @throws as `query` does
   */
  async commit(last?: { sql: string; values: readonly unknown[] }): Promise<void> {
    this.#signal?.throwIfAborted();
    // PostgreSQL answers the COMMIT of a transaction in which a statement has failed with a rollback, not an error.
    const [, { command }] = await Promise.all([last && this.#send(last.sql, last.values), this.#send('COMMIT', [])]);
    if (command !== 'COMMIT') throw new Error('rolled back, because a statement failed whose error was not passed on');
  }

  /** Ends the transaction, if there is one. The error that led here is the one to report, so this throws none. */
  async rollBack(): Promise<void> {
    if (!this.#isUsable || this.#recovery) return;
    const rolledBack = this.#send('ROLLBACK', []).then(nothing, () => {
      this.#isUsable = false;
    });
    if (this.#signal?.aborted) this.#recovery = rolledBack;
    else await rolledBack;
  }

  /** Gives it back to the pool, now or once it is free, if it is good for another statement. */
  release(): void {
    if (this.#recovery) void this.#recovery.then(() => this.#client.release(!this.#isUsable));
    else this.#client.release(!this.#isUsable);
  }

  /** Closes it. */
  close(): void {
    this.#client.release(true);
  }

  /** Waits for an answer until the request is over; then the connection is made free again. */
  async #whileWanted<T>(answer: Promise<T>): Promise<T> {
    const signal = this.#signal;
    if (!signal) return answer;
    try {
      return await untilAborted(answer, signal);
    } catch (error) {
      if (signal.aborted && error === signal.reason) this.#recovery ??= this.#recover();
      throw error;
    }
  }

  #send<Row extends QueryResultRow>(sql: string, values: readonly unknown[]): Promise<QueryResult<Row>> {
    const answer = this.#ask<Row>(sql, values);
    this.#last = answer;
    return answer;
  }

  async #ask<Row extends QueryResultRow>(sql: string, values: readonly unknown[]): Promise<QueryResult<Row>> {
    try {
      sendTogether(this.#client);
      return await traceStatement(sql, () => this.#client.query<Row>(configOf(sql, values)));
    } catch (error) {
      if (isConnectionError(error)) this.#isUsable = false;
      if (isOutdatedPlan(error)) return this.#giveUp('the schema has changed', error);
      // What is neither PostgreSQL's own answer nor a value that cannot be sent is a connection that broke or hangs.
      if (error instanceof DatabaseError || error instanceof TypeError) throw error;
      return this.#giveUp('connection lost', error);
    }
  }

  #giveUp(why: string, cause: unknown): never {
    this.#isUsable = false;
    throw new DatabaseUnavailableError(why, { cause });
  }

  async #recover(): Promise<void> {
    const timeout = AbortSignal.timeout(cancelTimeoutMs);
    const ended = this.#last.then(nothing, nothing);
    try {
      // A cancellation that hit the BEGIN would miss what is to be cancelled.
      await untilAborted(this.#begun, timeout);
      await requestCancel(this.#client, timeout);
      await untilAborted(ended, timeout);
      // Also takes the cancellation if that came too late for the statement, so that the next one is not hit by it.
      await untilAborted(this.#send('ROLLBACK', []), timeout);
    } catch {
      // It hangs, or was lost: it is not used any more, and the server's own timeout ends the statement.
      this.#isUsable = false;
    }
  }
}

/** What brings no values is a word such as COMMIT, or happens once. */
function configOf(sql: string, values: readonly unknown[]): QueryConfig {
  const name = values.length === 0 ? undefined : statementName(sql);
  return { text: sql, values: [...values], ...(name !== undefined && { name }) };
}

/** What is sent within one turn goes out with one call of the operating system, which costs more than most statements. */
function sendTogether(client: PoolClient): void {
  const { stream } = client.connection;
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

function nothing(): void {
  // How it ended is of no interest.
}
