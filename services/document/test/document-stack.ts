import { createLogger } from '@contract-reviewer/platform/log';
import { createTestDatabase } from '@contract-reviewer/platform/testing/test-database';
import { storeAccess } from '../../../tools/stack/store-access.ts';
import { migrateSchema } from '../src/schema.ts';

export const silentLogger = createLogger({
  service: 'document test',
  level: process.env.TEST_LOG_LEVEL ?? 'silent',
});

/** A migrated database of this service's own. */
export function createDocumentDatabase() {
  return createTestDatabase({
    role: storeAccess.document.postgres,
    migrations: new URL('../migrations/', import.meta.url),
    migrate: (url) => migrateSchema(url, silentLogger),
  });
}
