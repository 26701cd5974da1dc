import type { Document } from '../domain/document.ts';
import { documentBody } from '../storage/rendered-document.ts';

/**
 * What version 1's key of a document holds. Of its own documents it gets what it wrote, with what users have changed
 * since; of this version's it gets the JSON that the REST API has.
 */
export function version1TextOf(document: Document): string {
  const { version1Original, ...own } = document;
  if (version1Original === undefined) return JSON.stringify(documentBody(own));
  const { documentId, ownerId, filename, metadata } = own;
  return JSON.stringify({
    ...(JSON.parse(version1Original) as object),
    document_id: documentId,
    owner_id: ownerId,
    filename,
    metadata,
  });
}
