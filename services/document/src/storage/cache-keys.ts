/** The only place where this service's Redis keys are made. */
import type { DocumentId, UserId } from '../domain/document.ts';
import type { PageRequest, Viewer } from './document-store.ts';

const minute = 60 * 1000;

export const documentTtlMs = 60 * minute;
export const listTtlMs = 5 * minute;

export const documentKeyPrefix = 'document:';

export function documentKey(documentId: string): string {
  return `${documentKeyPrefix}${documentId}`;
}

export const listsKeyPrefix = 'documents:';

/** A page of a list. A change of the list raises its generation, and so leaves all its pages behind. */
export function listKey(viewer: Viewer, generation: number, { limit, offset }: PageRequest): string {
  return `documents:list:${viewerName(viewer)}:${generation}:${limit}:${offset}`;
}

export function listGenerationKey(viewer: Viewer): string {
  return `documents:list:${viewerName(viewer)}:generation`;
}

/** An id as `encodeURIComponent` leaves it. */
const escapedId = '(?:[\\w.~-]|%3A|%40)+';
const viewerShape = `(${escapedId}(?:/${escapedId})?)`;
const listKeyShape = new RegExp(`^documents:list:${viewerShape}:(\\d{1,15}):(\\d{1,4}):(\\d{1,9})$`);
const generationKeyShape = new RegExp(`^documents:list:${viewerShape}:generation$`);

/** What a key was made from; undefined unless `listKey` makes such keys. */
export function listOfKey(key: string): { viewer: Viewer; generation: number; page: PageRequest } | undefined {
  const [, viewer, generation, limit, offset] = listKeyShape.exec(key) ?? [];
  if (viewer === undefined) return undefined;
  const page = { limit: Number(limit), offset: Number(offset) };
  return { viewer: viewerOf(viewer), generation: Number(generation), page };
}

/** Whose generation it is; undefined unless `listGenerationKey` makes such keys. */
export function viewerOfGenerationKey(key: string): Viewer | undefined {
  const [, viewer] = generationKeyShape.exec(key) ?? [];
  return viewer === undefined ? undefined : viewerOf(viewer);
}

/** Ids may hold colons; escaped, no two viewers share a name. */
function viewerName({ userId, documentId }: Viewer): string {
  const user = encodeURIComponent(userId);
  return documentId === undefined ? user : `${user}/${encodeURIComponent(documentId)}`;
}

function viewerOf(name: string): Viewer {
  const [userId = '', documentId] = name.split('/').map(decodeURIComponent);
  return {
    userId: userId as UserId,
    ...(documentId === undefined ? {} : { documentId: documentId as DocumentId }),
  };
}
