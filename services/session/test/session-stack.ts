import { randomBytes } from 'node:crypto';
import { createLogger } from '@contract-reviewer/platform/log';
import { createTestDatabase } from '@contract-reviewer/platform/testing/test-database';
import { storeAccess } from '../../../tools/stack/store-access.ts';
import { migrateSchema } from '../src/schema.ts';

export const silentLogger = createLogger({ service: 'session test', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });

/** A migrated database of this service's own. */
export function createSessionDatabase() {
  return createTestDatabase({
    role: storeAccess.session.postgres,
    migrations: new URL('../migrations/', import.meta.url),
    migrate: (url) => migrateSchema(url, silentLogger),
  });
}

/** A secret as services have it. */
export function newServiceToken(): string {
  return randomBytes(32).toString('base64url');
}
