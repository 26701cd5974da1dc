import { readdir } from 'node:fs/promises';
import type { HealthState } from '../grpc/health.ts';
import { runDetached } from '../request-context.ts';
import type { Database } from './database.ts';
import { migrationSets } from './migration-sets.ts';

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
      this.#isReady = runDetached(() => this.#database.query('SELECT 1')).then(
        () => true,
        () => false,
      );
    }
    return this.#isReady;
  }
}

/** @throws when the schema lacks a migration, the platform's own included; the message says what to do */
export async function requireMigrated(database: Database, schema: string, directory: string): Promise<void> {
  const lacking: string[] = [];
  for (const { directory: files, table } of migrationSets(directory)) {
    const applied = await appliedMigrations(database, `${schema}.${table}`);
    lacking.push(...(await migrationNames(files)).filter((name) => !applied.has(name)));
  }
  if (lacking.length > 0) {
    throw new Error(`The schema ${schema} lacks the migrations ${lacking.join(', ')}: run "npm run migrate" first.`);
  }
}

async function migrationNames(directory: string): Promise<string[]> {
  const files = await readdir(directory);
  return files.filter((file) => file.endsWith('.sql')).map((file) => file.slice(0, -'.sql'.length));
}

async function appliedMigrations(database: Database, table: string): Promise<Set<string>> {
  const [found] = await database.query<{ exists: boolean }>('SELECT to_regclass($1) IS NOT NULL AS exists', [table]);
  const rows = found?.exists ? await database.query<{ name: string }>(`SELECT name FROM ${table}`) : [];
  return new Set(rows.map(({ name }) => name));
}
