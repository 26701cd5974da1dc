import { fileURLToPath } from 'node:url';
import { createLogger } from '../../src/log.ts';
import { migrate } from '../../src/pg/migrate.ts';
import { createTestDatabase } from '../../src/testing/test-database.ts';
import { startRedis } from '../../src/testing/test-redis.ts';

/** A service of the tests' own: one schema with the platform's tables, and one table of its own. */
export const shelf = {
  schema: 'shelf',
  migrations: new URL('./migrations/', import.meta.url),
  role: { name: 'shelf_service', schemas: ['shelf'] },
  redis: { name: 'shelf', keys: ['book:*'], channels: [] },
};

export const silentLogger = createLogger({ service: 'platform test', level: process.env.TEST_LOG_LEVEL ?? 'silent' });

export async function migrateShelf(databaseUrl: string): Promise<void> {
  const directory = fileURLToPath(shelf.migrations);
  await migrate({ databaseUrl, schema: shelf.schema, directory, lockValue: 1, logger: silentLogger });
}

export function createShelfDatabase() {
  return createTestDatabase({ role: shelf.role, migrations: shelf.migrations, migrate: migrateShelf });
}

export function startShelfRedis() {
  return startRedis([shelf.redis]);
}
