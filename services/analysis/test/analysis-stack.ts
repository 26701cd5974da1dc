import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createLogger } from '@contract-reviewer/platform/log';
import { createTestDatabase } from '@contract-reviewer/platform/testing/test-database';
import { storeAccess } from '../../../tools/stack/store-access.ts';
import { migrateSchema } from '../src/schema.ts';

export const silentLogger = createLogger({
  service: 'analysis test',
  level: process.env.TEST_LOG_LEVEL ?? 'silent',
});

/** A migrated database of this service's own. */
export function createAnalysisDatabase() {
  return createTestDatabase({
    role: storeAccess.analysis.postgres,
    migrations: new URL('../migrations/', import.meta.url),
    migrate: (url) => migrateSchema(url, silentLogger),
  });
}

/** A secret as services have it. */
export function newServiceToken(): string {
  return randomBytes(32).toString('base64url');
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** An id of the kind wanted that nothing else has. */
export function newId<Id extends string>(): Id {
  return randomUUID() as string as Id;
}

/**
 * Asks again and again until the answer is there.
 *
 * @throws after ten seconds
 */
export async function eventually<T>(ask: () => Promise<T | undefined | false>, what = 'it'): Promise<T> {
  const until = performance.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > until) throw new Error(`${what} did not happen within ten seconds`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
