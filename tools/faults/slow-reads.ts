import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '@contract-reviewer/platform/pg/database';
import type { QueryResultRow } from 'pg';

/**
 * Loaded first by the services of a fault run, this one and good ones alike: now and then what PostgreSQL answered takes
 * its time to arrive, as it does on a busy network, so that slow fills meet writes often instead of once a week.
 */
const share = 0.08;
const longestMs = 300;

const query = Database.prototype.query;

Database.prototype.query = async function delayed<Row extends QueryResultRow>(
  this: Database,
  sql: string,
  values?: readonly unknown[],
): Promise<Row[]> {
  const rows = await query.call(this, sql, values);
  if (Math.random() < share) await sleep(Math.random() * longestMs);
  return rows as Row[];
};
