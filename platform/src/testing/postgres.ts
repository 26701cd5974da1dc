import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../embedded/embedded-postgres.ts';
import { temporaryDirectory } from './temporary-directory.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL to the run's PostgreSQL; from it {@link createTestDatabase} makes a database per test file. */
    postgresUrl: string;
  }
}

/** Durability is worth nothing here: the data directory goes with the run. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  shared_buffers: '64MB',
};

/** vitest's global setup: one PostgreSQL server for the whole run, whose URL tests get by `inject('postgresUrl')`. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(await temporaryDirectory());
  const postgres = await startEmbeddedPostgres({
    directory: join(directory.path, 'postgres'),
    password: randomBytes(32).toString('base64url'),
    settings: SETTINGS,
  });
  stack.use(postgres);
  project.provide('postgresUrl', postgres.url);
  const acquired = stack.move();
  return () => acquired.disposeAsync();
}
