import type { Database } from '@contract-reviewer/platform/pg/database';
import type { BlobReferenceStore } from './blob-reference-store.ts';
import { lockContentForRemoval } from './content-lock.ts';

export class PgBlobReferenceStore implements BlobReferenceStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async findUnreferenced(hashes: readonly string[]): Promise<string[]> {
    const rows = await this.#database.query<{ sha256: string }>(
      `SELECT blob.sha256
         FROM unnest($1::text[]) AS blob (sha256)
        WHERE NOT EXISTS (SELECT FROM document.documents WHERE documents.sha256 = blob.sha256)`,
      [hashes],
    );
    return rows.map(({ sha256 }) => sha256);
  }

  async removeUnreferenced(sha256: string, remove: () => Promise<void>): Promise<boolean> {
    return this.#database.transaction(async (transaction) => {
      if (!(await lockContentForRemoval(transaction, sha256))) return false;
      // A statement of its own: it must see what was committed while the lock was waited for.
      const referring = await transaction.query('SELECT FROM document.documents WHERE sha256 = $1 LIMIT 1', [sha256]);
      if (referring.length > 0) return false;
      await remove();
      return true;
    });
  }
}
