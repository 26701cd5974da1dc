import { readdir } from 'node:fs/promises';
import type { HealthState } from '../grpc/health.ts';
import type { Database } from './database.ts';

/** Ready means: the database answers. The answer is at most a second old. */
export class DatabaseReadiness implements HealthState {
  readonly #database: Database;
  #checkedAt = -Infinity;
  #isReady: Promise<boolean> = Promise.resolve(false);

  constructor(database: Database) {
    this.#database = database;
  }

  isReady(): Promise<boolean> {
    if (performance.now() - this.#checkedAt > 1000) {
      this.#checkedAt = performance.now();
      this.#isReady = this.#database.query('SELECT 1').then(
        () => true,
        () => false,
      );
    }
    return this.#isReady;
  }
}

/** @throws when the schema lacks a migration of the directory; the message says what to do */
export async function requireMigrated(database: Database, schema: string, directory: string): Promise<void> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).map((file) => file.slice(0, -4));
  const [found] = await database.query<{ exists: boolean }>('SELECT to_regclass($1) IS NOT NULL AS exists', [
    `${schema}.migrations`,
  ]);
  const rows = found?.exists ? await database.query<{ name: string }>(`SELECT name FROM ${schema}.migrations`) : [];
  const applied = new Set(rows.map(({ name }) => name));
  const lacking = files.filter((name) => !applied.has(name));
  if (lacking.length > 0) {
    throw new Error(`The schema ${schema} lacks the migrations ${lacking.join(', ')}: run "npm run migrate" first.`);
  }
}
