import type { CheckedFamily } from '../../src/cache/consistency-check.ts';
import type { Codec } from '../../src/cache/entry.ts';
import type { Database } from '../../src/pg/database.ts';
import { type Book, bookCodec, bookKey } from './replica.ts';

/** Keys that begin with it hold the id of the first book, which is always `emma`. */
export const firstKey = 'book:first:';
/** A key that nobody reads any more. */
export const unreadKey = bookKey('unread');

const idCodec: Codec<string> = { version: 1, toJson: (id) => id, fromJson: String };

/** The shelf's key families, as a check sees them. Nobody makes keys with a blank in them. */
export function checkedShelf(database: Database): CheckedFamily<unknown>[] {
  const books: CheckedFamily<Book> = {
    name: 'book',
    keyPrefix: 'book:',
    isKey: (key) => key.startsWith('book:') && !key.startsWith(firstKey) && !key.includes(' '),
    codec: bookCodec,
    load: async (keys) => {
      const rows = await database.query<{ id: string; title: string }>(
        'SELECT id, title FROM shelf.books WHERE id = ANY ($1)',
        [keys.map((key) => key.slice('book:'.length))],
      );
      const found = new Map(rows.map(({ id, title }) => [bookKey(id), { title }]));
      return new Map(keys.filter((key) => key !== unreadKey).map((key) => [key, found.get(key)]));
    },
  };
  const pointers: CheckedFamily<string> = {
    name: 'first',
    keyPrefix: firstKey,
    isKey: (key) => key.startsWith(firstKey),
    codec: idCodec,
    isPointer: true,
    load: async (keys) => new Map(keys.map((key) => [key, 'emma'])),
  };
  return [books, pointers];
}
