import type { Queryable } from '@contract-reviewer/platform/pg/database';

/**
 * Lets one transaction at a time decide about content of a hash: to make a document that needs it, or to remove it
 * because no document does. Held to the end of the transaction.
 */
export async function lockContent(transaction: Queryable, sha256: string): Promise<void> {
  await transaction.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`content ${sha256}`]);
}

/**
 * The same for who wants to remove it, and whether that may be done now: a backup that has copied the database wants the
 * content of all documents in it, and holds a lock alone (`tools/backup/held-blobs.ts`) that is taken shared here. If it may,
 * no backup begins before the end of the transaction.
 */
export async function lockContentForRemoval(transaction: Queryable, sha256: string): Promise<boolean> {
  const [row] = await transaction.query<{ may_remove: boolean }>(
    `SELECT pg_try_advisory_xact_lock_shared(hashtextextended('content is removed', 0)) AS may_remove,
            pg_advisory_xact_lock(hashtextextended($1, 0))`,
    [`content ${sha256}`],
  );
  return row?.may_remove ?? false;
}
