/** The only place where this service's Redis keys are made. */
import type { PageRequest, Viewer } from './document-store.ts';

const minute = 60 * 1000;

export const documentTtlMs = 60 * minute;
export const listTtlMs = 5 * minute;

export function documentKey(documentId: string): string {
  return `document:${documentId}`;
}

/** A page of a list. A change of the list raises its generation, and so leaves all its pages behind. */
export function listKey(viewer: Viewer, generation: number, { limit, offset }: PageRequest): string {
  return `documents:list:${viewerName(viewer)}:${generation}:${limit}:${offset}`;
}

export function listGenerationKey(viewer: Viewer): string {
  return `documents:list:${viewerName(viewer)}:generation`;
}

/** Ids may hold colons; escaped, no two viewers share a name. */
function viewerName({ ownerId, documentId }: Viewer): string {
  const owner = encodeURIComponent(ownerId);
  return documentId === undefined ? owner : `${owner}/${encodeURIComponent(documentId)}`;
}
