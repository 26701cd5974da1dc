import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { vi } from 'vitest';
import { Database } from '../../src/pg/database.ts';
import { migrate } from '../../src/pg/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../../src/testing/test-database.ts';
import { startRedis, type TestRedis } from '../../src/testing/test-redis.ts';
import type { BackfillCounts } from '../../src/version1/backfill-checkpoint.ts';
import type { Phase } from '../../src/version1/phase.ts';
import type { Drift } from '../../src/version1/verifier.ts';
import { type Migration, Version1 } from '../../src/version1/version1.ts';
import { silentLogger } from '../shelf/shelf-stores.ts';
import { bookFamily, favouriteFamily, loans, unknownFamily } from './library-families.ts';

const schema = 'library';
const migrations = new URL('./migrations/', import.meta.url);
const actor = { service: 'library', userId: 'admin' };

function createLibraryDatabase(): Promise<TestDatabase> {
  return createTestDatabase({
    role: { name: 'library_service', schemas: [schema] },
    migrations,
    migrate: (databaseUrl) =>
      migrate({ databaseUrl, schema, directory: fileURLToPath(migrations), lockValue: 2, logger: silentLogger }),
  });
}

/** One process of a service that keeps books, as version 1 did. */
export class Library implements AsyncDisposable {
  readonly database: Database;
  readonly version1: Version1;

  constructor(databaseUrl: string, redisUrl: string | undefined) {
    this.database = new Database({ url: databaseUrl, applicationName: 'library', schema, logger: silentLogger });
    this.version1 = new Version1({
      url: redisUrl,
      database: this.database,
      schema,
      logger: silentLogger,
      families: [bookFamily, favouriteFamily, unknownFamily],
      references: [loans],
    });
  }

  async start(): Promise<void> {
    await this.version1.start();
    const isSettled = (await this.version1.report()).confirmed;
    if (!isSettled)
      await vi.waitUntil(async () => (await this.version1.report()).connection === 'up', { timeout: 10_000 });
  }

  get migration(): Migration {
    if (!this.version1.migration) throw new Error('opened without a Redis of version 1');
    return this.version1.migration;
  }

  async title(id: string): Promise<string | undefined> {
    await this.version1.reads.refresh(`book:${id}`);
    const [row] = await this.database.query<{ title: string }>('SELECT title FROM library.books WHERE id = $1', [id]);
    return row?.title;
  }

  async favourite(reader: string): Promise<string | undefined> {
    await this.version1.reads.refresh(`favourite:${reader}`);
    const [row] = await this.database.query<{ book_id: string }>(
      'SELECT book_id FROM library.favourites WHERE reader = $1',
      [reader],
    );
    return row?.book_id;
  }

  async write(id: string, title: string): Promise<void> {
    await this.version1.writes.transaction([`book:${id}`], async (transaction) => {
      await transaction.query(
        `INSERT INTO library.books (id, title, owner) VALUES ($1, $2, 'native')
         ON CONFLICT (id) DO UPDATE SET title = $2`,
        [id, title],
      );
    });
  }

  async remove(id: string): Promise<void> {
    await this.version1.writes.transaction([`book:${id}`], async (transaction) => {
      const gone = await transaction.query('DELETE FROM library.books WHERE id = $1 RETURNING id', [id]);
      if (gone.length > 0) await transaction.bury(`book:${id}`);
    });
  }

  /** @param stopAfter breaks off after so many batches of the import; the rescue comes anew each time */
  async backfill(defaultOwnerId?: string, stopAfter = Infinity): Promise<BackfillCounts | undefined> {
    const run = this.migration.backfill.run({ defaultOwnerId, signal: new AbortController().signal });
    for (let batches = 0; batches < stopAfter; ) {
      const next = await run.next();
      if (next.done) return next.value;
      if (next.value.stage === 'import') batches += 1;
    }
    await run.return({} as never);
    return undefined;
  }

  async drift(): Promise<Drift[]> {
    const found: Drift[] = [];
    for await (const { kind, ...event } of this.migration.verifier.run(new AbortController().signal)) {
      if (kind === 'drift') found.push(event as Drift);
    }
    return found;
  }

  async advance(to: Phase, { confirm = false } = {}): Promise<void> {
    const steps = this.migration.gate.advance({ to, confirm }, actor, new AbortController().signal);
    for await (const _event of steps);
  }

  rollback(to: Phase): Promise<void> {
    return this.migration.gate.rollback(to, actor);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.version1[Symbol.asyncDispose]();
    await this.database[Symbol.asyncDispose]();
  }
}

/** Both stores, and version 1's own processes, for one test. */
export interface LibraryStores extends AsyncDisposable {
  databaseUrl: string;
  server: TestRedis;
  /** Version 1's own processes. */
  version1: Redis;
  open(options?: { url?: string | undefined }): Promise<Library>;
}

export async function openStores(server: TestRedis): Promise<LibraryStores> {
  await using stack = new AsyncDisposableStack();
  const testDatabase = stack.use(await createLibraryDatabase());
  const version1 = new Redis(server.url('admin'));
  version1.on('error', () => undefined);
  stack.defer(() => version1.disconnect());
  await version1.flushall();
  const acquired = stack.move();
  return {
    databaseUrl: testDatabase.url,
    server,
    version1,
    async open(options = { url: server.url('admin') }) {
      const library = acquired.use(new Library(testDatabase.url, options.url));
      await library.start();
      return library;
    },
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

export function startLibraryRedis(options?: { maxMemory?: string }): Promise<TestRedis> {
  return startRedis([], options);
}
