import { fileURLToPath } from 'node:url';

export interface MigrationSet {
  /** Holds the SQL files. */
  directory: string;
  /** Records, in the schema, which of them were applied. */
  table: string;
}

const platformMigrations = fileURLToPath(new URL('../../migrations', import.meta.url));

/** The migrations of a service's schema, in the order in which they are run: the platform's tables and its own. */
export function migrationSets(directory: string): MigrationSet[] {
  return [
    { directory: platformMigrations, table: 'platform_migrations' },
    { directory, table: 'migrations' },
  ];
}
