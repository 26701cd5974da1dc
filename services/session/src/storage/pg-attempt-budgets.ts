import type { Database } from '@contract-reviewer/platform/pg/database';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { schema } from '../schema.ts';
import type { Allowance, AttemptBudget, AttemptBudgets } from './attempt-budgets.ts';

const tableName = 'password_attempts';

/** Budgets that all replicas share. A budget that is used up is remembered in the process, so that a storm stays there. */
export class PgAttemptBudgets implements AttemptBudgets {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  budget(name: string, { attempts, perMs }: Allowance): AttemptBudget {
    const limiter = new RateLimiterPostgres({
      storeClient: { query: (query: LimiterQuery) => this.#query(query) },
      storeType: 'client',
      schemaName: schema,
      tableName,
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix: name,
      points: attempts,
      duration: perMs / 1000,
      inMemoryBlockOnConsumed: attempts + 1,
    });
    return {
      take: async (key) => {
        try {
          await limiter.consume(key);
          return undefined;
        } catch (refusal) {
          if (refusal instanceof RateLimiterRes) return refusal.msBeforeNext;
          throw refusal;
        }
      },
      giveBack: async (key) => {
        await limiter.reward(key);
      },
    };
  }

  async sweepExpired(now: Date): Promise<void> {
    await this.#database.query(`DELETE FROM ${schema}.${tableName} WHERE expire < $1`, [now.getTime()]);
  }

  async #query({ text, values }: LimiterQuery) {
    const rows = await this.#database.query(text, values);
    return { rows, rowCount: rows.length };
  }
}

interface LimiterQuery {
  text: string;
  values: readonly unknown[];
}
