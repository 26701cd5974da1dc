import type { ContentType, Document, DocumentId, DocumentStatus, SharedDocument, UserId } from '../domain/document.ts';
import type { GrantedPermissions } from '../domain/grant.ts';
import type { Metadata } from '../domain/metadata.ts';

export interface DocumentRow {
  document_id: DocumentId;
  owner_id: UserId;
  filename: string;
  content_type: ContentType;
  size_bytes: number;
  sha256: string;
  status: DocumentStatus;
  status_reason: string | null;
  status_message: string | null;
  metadata: Metadata;
  version: number;
  page_count: number | null;
  char_count: number | null;
  text_sha256: string | null;
  created_at: Date;
  updated_at: Date;
  /** Among `wholeColumns` alone. */
  version1_original?: string | null;
}

/** `sharedColumns`. */
export interface SharedDocumentRow extends DocumentRow {
  grants: GrantedPermissions[];
}

export const documentColumns = `document_id, owner_id, filename, content_type, size_bytes, sha256, status, status_reason,
  status_message, metadata, version, page_count, char_count, text_sha256, created_at, updated_at`;

/** With what may be large and is wanted for one document at a time. */
export const wholeColumns = `${documentColumns}, version1_original`;

/** That of `document.documents`, and its grants at the same moment. */
export const sharedColumns = `${wholeColumns}, ARRAY (
  SELECT jsonb_build_object('userId', user_id, 'permissions', permissions) FROM document.grants
   WHERE grants.document_id = documents.document_id ORDER BY user_id) AS grants`;

export function sharedDocumentOf(row: SharedDocumentRow): SharedDocument {
  return { ...documentOf(row), grants: row.grants };
}

export function documentOf(row: DocumentRow): Document {
  return {
    documentId: row.document_id,
    ownerId: row.owner_id,
    filename: row.filename,
    contentType: row.content_type,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    status: row.status,
    ...(row.status_reason === null || row.status_message === null
      ? {}
      : { statusReason: { reason: row.status_reason, message: row.status_message } }),
    metadata: row.metadata,
    version: row.version,
    ...(row.page_count === null ? {} : { pageCount: row.page_count }),
    ...(row.char_count === null ? {} : { charCount: row.char_count }),
    ...(row.text_sha256 === null ? {} : { textSha256: row.text_sha256 }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...(typeof row.version1_original === 'string' ? { version1Original: row.version1_original } : {}),
  };
}
