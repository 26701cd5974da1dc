import type { Queryable } from '../../src/pg/database.ts';
import {
  type ImportOutcome,
  parseObject,
  type Version1Entry,
  type Version1Family,
  type Version1References,
} from '../../src/version1/family.ts';

/** Things in version 1's way: `book:{id}` objects, `favourite:{reader}` bare book ids, and loans, which others keep. */
export const bookFamily: Version1Family = {
  name: 'book',
  pattern: 'book:*',
  async import(transaction, entries, { defaultOwnerId }) {
    const outcomes: ImportOutcome[] = [];
    for (const { key, text } of entries) {
      const parsed = parseObject(text);
      const owner = 'object' in parsed ? (parsed.object.owner ?? defaultOwnerId) : undefined;
      if ('setAside' in parsed) outcomes.push(parsed);
      else if (owner === undefined) outcomes.push('unowned');
      else {
        await transaction.query(
          `INSERT INTO library.books (id, title, owner, original) VALUES ($1, $2, $3, $4)
           ON CONFLICT (id) DO UPDATE SET title = $2, owner = $3, original = $4`,
          [idOf(key), parsed.object.title, owner, text],
        );
        transaction.invalidate(key);
        outcomes.push('imported');
      }
    }
    return outcomes;
  },
  async render(database, keys) {
    const rows = await database.query<{ id: string; title: string; owner: string; original: string | null }>(
      'SELECT id, title, owner, original FROM library.books WHERE id = ANY ($1)',
      [keys.map(idOf)],
    );
    return new Map(
      rows.map(({ id, title, owner, original }) => [
        `book:${id}`,
        JSON.stringify({ ...(original === null ? {} : JSON.parse(original)), title, owner }),
      ]),
    );
  },
};

export const favouriteFamily: Version1Family = {
  name: 'favourite',
  pattern: 'favourite:*',
  requires: ({ text }) => [`book:${text}`],
  async import(transaction, entries) {
    const present = await booksAmong(
      transaction,
      entries.map(({ text }) => text),
    );
    const outcomes: ImportOutcome[] = [];
    for (const { key, text } of entries) {
      if (!present.has(text)) {
        outcomes.push({ setAside: 'pointer_to_nothing' });
        continue;
      }
      await transaction.query(
        `INSERT INTO library.favourites (reader, book_id) VALUES ($1, $2)
         ON CONFLICT (reader) DO UPDATE SET book_id = $2`,
        [idOf(key), text],
      );
      outcomes.push('imported');
    }
    return outcomes;
  },
  async render(database, keys) {
    const rows = await database.query<{ reader: string; book_id: string }>(
      'SELECT reader, book_id FROM library.favourites WHERE reader = ANY ($1)',
      [keys.map(idOf)],
    );
    return new Map(rows.map(({ reader, book_id }) => [`favourite:${reader}`, book_id]));
  },
};

/** Everything that no other family knows. */
export const unknownFamily: Version1Family = {
  name: 'unknown',
  pattern: '*',
  owns: (key) => !/^(book|favourite|loan):/.test(key),
  import: async (_transaction, entries) => entries.map(() => ({ setAside: 'unknown_key' })),
  render: async () => new Map(),
};

export const loans: Version1References = {
  name: 'loan',
  pattern: 'loan:*',
  refersTo: ({ text }: Version1Entry) => {
    const parsed = parseObject(text);
    return 'object' in parsed && typeof parsed.object.book === 'string' ? [`book:${parsed.object.book}`] : [];
  },
  async supply(transaction, keys, { defaultOwnerId }) {
    if (defaultOwnerId === undefined) return keys.map(() => 'unowned');
    for (const key of keys) {
      const values = [idOf(key), 'lost', defaultOwnerId];
      await transaction.query('INSERT INTO library.books (id, title, owner) VALUES ($1, $2, $3)', values);
    }
    return keys.map(() => 'imported');
  },
};

function idOf(key: string): string {
  return key.slice(key.indexOf(':') + 1);
}

async function booksAmong(database: Queryable, ids: readonly string[]): Promise<Set<string>> {
  const rows = await database.query<{ id: string }>('SELECT id FROM library.books WHERE id = ANY ($1)', [ids]);
  return new Set(rows.map(({ id }) => id));
}
