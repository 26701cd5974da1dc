import { isIdentifier } from '@contract-reviewer/platform/identifier';
import { parseObject } from '@contract-reviewer/platform/version1/family';
import { momentOf } from '@contract-reviewer/platform/version1/moment';
import type { DocumentId, UserId } from '../domain/document.ts';
import { cleanFilename } from '../domain/filename.ts';
import { type Metadata, metadataProblem } from '../domain/metadata.ts';

/** What this version understands of a document of version 1; all of it is in the original. */
export interface ImportedDocument {
  documentId: DocumentId;
  /** Absent if version 1 noted nobody that could be a user of this version. */
  ownerId?: UserId;
  filename: string;
  metadata: Metadata;
  /** The text, if version 1 kept it. */
  content?: string;
  createdAt: Date;
  updatedAt: Date;
  original: string;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** In JSON text: half of a character, which PostgreSQL does not take. */
const loneSurrogate = /\\ud[89a-f]/i;

/**
 * Reads an entry `document:{id}` of version 1, which is known to be JSON objects with a few names and nothing more.
 *
 * @param now stands in for times that were not noted
 * @returns the reason if it does not fit
 */
export function importedDocument(id: string, text: string, now: Date): ImportedDocument | { setAside: string } {
  if (!isIdentifier(id)) return { setAside: 'invalid_id' };
  const parsed = parseObject(text);
  if ('setAside' in parsed) return parsed;
  const { object } = parsed;
  const ownerId = texts(object, 'owner_id', 'user_id').find((name) => uuid.test(name));
  const [content] = texts(object, 'content', 'text');
  const [filename = id] = texts(object, 'filename', 'name', 'title').flatMap(
    (name) => cleanFilename(name.toWellFormed()) ?? [],
  );
  const createdAt = firstMoment(object, 'created_at', 'uploaded_at', 'createdAt', 'timestamp') ?? now;
  return {
    documentId: id as DocumentId,
    ...(ownerId === undefined ? {} : { ownerId: ownerId.toLowerCase() as UserId }),
    filename,
    metadata: metadataOf(object.metadata),
    ...(content === undefined ? {} : { content }),
    createdAt,
    updatedAt: firstMoment(object, 'updated_at', 'updatedAt') ?? createdAt,
    original: text,
  };
}

/** Metadata that this version would not take is in the original alone. */
function metadataOf(value: unknown): Metadata {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const metadata = value as Metadata;
  return metadataProblem(metadata) === undefined && !loneSurrogate.test(JSON.stringify(metadata)) ? metadata : {};
}

/** The texts under the names that are not empty, in the order of the names. */
function texts(object: Record<string, unknown>, ...names: string[]): string[] {
  return names.map((name) => object[name]).filter((value) => typeof value === 'string' && value !== '') as string[];
}

function firstMoment(object: Record<string, unknown>, ...names: string[]): Date | undefined {
  return names.map((name) => momentOf(object[name])).find((moment) => moment !== undefined);
}
