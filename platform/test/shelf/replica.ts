import { vi } from 'vitest';
import { type Cache, type CoherentCache, createCoherentCache } from '../../src/cache/coherent-cache.ts';
import type { Codec } from '../../src/cache/entry.ts';
import { Database, type OutboxMessage } from '../../src/pg/database.ts';
import { runInRequest } from '../../src/request-context.ts';
import { shelf, silentLogger } from './shelf-stores.ts';

export interface Book {
  title: string;
}

export const bookTtlMs = 3_600_000;

export const bookCodec: Codec<Book> = {
  version: 1,
  toJson: (book) => book,
  fromJson: (json) => {
    if (typeof json !== 'object' || json === null || !('title' in json) || typeof json.title !== 'string') {
      throw new TypeError('not a book');
    }
    return { title: json.title };
  },
};

export function bookKey(id: string): string {
  return `book:${id}`;
}

export interface ReplicaOptions {
  databaseUrl: string;
  redisUrl: string;
}

/** One process of a service that keeps books, with connections of its own to both stores. */
export class Replica implements AsyncDisposable {
  readonly database: Database;
  readonly cache: CoherentCache;
  readonly books: Cache<Book>;
  /** How often a book was read from PostgreSQL. */
  loads = 0;

  constructor({ databaseUrl, redisUrl }: ReplicaOptions) {
    const { schema } = shelf;
    this.database = new Database({ url: databaseUrl, applicationName: 'replica', schema, logger: silentLogger });
    this.cache = createCoherentCache({
      redisUrl,
      database: this.database,
      schema,
      logger: silentLogger,
    }) as CoherentCache;
    this.books = this.cache.family({ name: 'book', ttlMs: bookTtlMs, codec: bookCodec });
    this.cache.start();
  }

  /** @param beforeFill runs between the read of PostgreSQL and the fill, to make the fill slow */
  async title(id: string, beforeFill: () => Promise<unknown> = async () => undefined): Promise<string | undefined> {
    const book = await this.books.read(bookKey(id), async () => {
      const loaded = await this.load(id);
      await beforeFill();
      return loaded;
    });
    return book?.title;
  }

  /** Reads like `title`, and tells whether Redis served it. If not, Redis has it when this resolves. */
  async look(id: string): Promise<{ title: string | undefined; from: 'Redis' | 'PostgreSQL' }> {
    const request = {
      requestId: 'test',
      signal: new AbortController().signal,
      deadline: Infinity,
      cacheHits: 0,
      cacheMisses: 0,
    };
    const title = await runInRequest(request, () => this.title(id));
    await this.cache.settled();
    return { title, from: request.cacheHits === 1 ? 'Redis' : 'PostgreSQL' };
  }

  async load(id: string): Promise<Book | undefined> {
    this.loads += 1;
    const [row] = await this.database.query<{ title: string }>('SELECT title FROM shelf.books WHERE id = $1', [id]);
    return row;
  }

  /** Resolves when the write is acknowledged. */
  async write(id: string, title: string, ...messages: OutboxMessage[]): Promise<void> {
    await this.database.transaction(async (transaction) => {
      await transaction.query(
        'INSERT INTO shelf.books (id, title) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET title = $2',
        [id, title],
      );
      transaction.invalidate(bookKey(id));
      for (const message of messages) transaction.emit(message);
    });
  }

  async remove(id: string): Promise<void> {
    await this.database.transaction(async (transaction) => {
      await transaction.query('DELETE FROM shelf.books WHERE id = $1', [id]);
      transaction.invalidate(bookKey(id));
    });
  }

  /** Resolves when reads are served from Redis again, as they are a while after it was first met or came back. */
  async warm(): Promise<void> {
    await vi.waitUntil(async () => (await this.look('warm')).from === 'Redis', { timeout: 10_000, interval: 20 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cache[Symbol.asyncDispose]();
    await this.database[Symbol.asyncDispose]();
  }
}
