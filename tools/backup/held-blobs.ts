import { withClient } from '@contract-reviewer/platform/embedded/with-client';

/** What the document service asks for, shared, before it removes content. */
const blobRemovalLock = `hashtextextended('content is removed', 0)`;

/** Keeps content from being removed while `use` runs. Content of deleted documents goes with a later sweep then. */
export function holdingBlobs<T>(url: string, use: () => Promise<T>): Promise<T> {
  return withClient(url, async (client) => {
    await client.query(`SELECT pg_advisory_lock(${blobRemovalLock})`);
    return use();
  });
}
