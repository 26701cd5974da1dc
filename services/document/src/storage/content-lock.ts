import type { Queryable } from '@contract-reviewer/platform/pg/database';

/**
 * Lets one transaction at a time decide about content of a hash: to make a document that needs it, or to remove it
 * because no document does. Held to the end of the transaction.
 */
export async function lockContent(transaction: Queryable, sha256: string): Promise<void> {
  await transaction.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`content ${sha256}`]);
}
