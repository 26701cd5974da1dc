import type { Queryable, Transaction } from '@contract-reviewer/platform/pg/database';
import type { Document, DocumentId, UserId } from '../domain/document.ts';
import { documentKey, listGenerationKey } from './cache-keys.ts';

type Changed = Pick<Document, 'documentId' | 'ownerId'>;

/** A user whose lists show a document. */
export interface DocumentViewer {
  documentId: DocumentId;
  userId: UserId;
}

/**
 * Raises the list generations of all viewers of the documents. Comes late in a transaction, because the viewers' other
 * writes wait for it from here to the commit; but after it has locked the documents, so that nobody becomes a viewer
 * meanwhile, and before it deletes them, with which their grants go.
 */
export async function recordChanges(transaction: Transaction, documents: readonly Changed[]): Promise<void> {
  if (documents.length === 0) return;
  await raiseGenerations(transaction, await viewersOf(transaction, documents));
}

/** The same for these viewers alone. */
export async function raiseGenerations(transaction: Transaction, viewers: readonly DocumentViewer[]): Promise<void> {
  // In one order, so that no two transactions wait for each other.
  const userIds = [...new Set(viewers.map(({ userId }) => userId))].sort();
  await transaction.query(
    `INSERT INTO document.list_generations (owner_id, generation) SELECT unnest($1::text[]), 1
     ON CONFLICT (owner_id) DO UPDATE SET generation = list_generations.generation + 1`,
    [userIds],
  );
  transaction.invalidate(...viewers.flatMap(staleKeys));
}

/** The owners of the documents, as they are named, and whoever they are granted to. */
export async function viewersOf(database: Queryable, documents: readonly Changed[]): Promise<DocumentViewer[]> {
  const granted = await database.query<{ document_id: DocumentId; user_id: UserId }>(
    'SELECT document_id, user_id FROM document.grants WHERE document_id = ANY ($1)',
    [documents.map(({ documentId }) => documentId)],
  );
  return [
    ...documents.map(({ documentId, ownerId }) => ({ documentId, userId: ownerId })),
    ...granted.map(({ document_id, user_id }) => ({ documentId: document_id, userId: user_id })),
  ];
}

/** The cache entries that a change of the document, as this viewer sees it, makes stale. */
export function staleKeys({ documentId, userId }: DocumentViewer): string[] {
  return [documentKey(documentId), listGenerationKey({ userId }), listGenerationKey({ userId, documentId })];
}
