import type { Transaction } from '@contract-reviewer/platform/pg/database';
import type { Document } from '../domain/document.ts';
import { documentKey, listGenerationKey } from './cache-keys.ts';

type Changed = Pick<Document, 'documentId' | 'ownerId'>;

/** Comes last in a transaction, because the owners' other writes wait for it from here to the commit. */
export async function recordChanges(transaction: Transaction, documents: readonly Changed[]): Promise<void> {
  if (documents.length === 0) return;
  // In one order, so that no two transactions wait for each other.
  const ownerIds = [...new Set(documents.map(({ ownerId }) => ownerId))].sort();
  await transaction.query(
    `INSERT INTO document.list_generations (owner_id, generation) SELECT unnest($1::text[]), 1
     ON CONFLICT (owner_id) DO UPDATE SET generation = list_generations.generation + 1`,
    [ownerIds],
  );
  transaction.invalidate(...documents.flatMap(staleKeys));
}

/** The cache entries that a change of the document makes stale. */
export function staleKeys({ documentId, ownerId }: Changed): string[] {
  return [documentKey(documentId), listGenerationKey({ ownerId }), listGenerationKey({ ownerId, documentId })];
}
