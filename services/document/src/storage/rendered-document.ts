import { renderJson } from '@contract-reviewer/platform/json/rendered-json';
import type { Document, SharedDocument } from '../domain/document.ts';
import type { DocumentPage, PageRequest, RenderedDocument, RenderedPage } from './document-store.ts';

/** A document as REST gives it. */
export function renderDocument(document: SharedDocument): RenderedDocument {
  const { documentId, ownerId, status, statusReason, textSha256, grants, version1Original } = document;
  return {
    documentId,
    ownerId,
    status,
    ...(statusReason === undefined ? {} : { statusReason }),
    ...(textSha256 === undefined ? {} : { textSha256 }),
    grants,
    ...(version1Original === undefined ? {} : { version1Original }),
    json: renderJson(documentBody(document), `"${document.version}"`),
  };
}

/** A page as REST gives it. */
export function renderPage({ documents, totalCount }: DocumentPage, { limit, offset }: PageRequest): RenderedPage {
  return {
    textSha256s: documents.map(({ textSha256 }) => textSha256 ?? null),
    json: renderJson({ documents: documents.map(documentBody), total_count: totalCount, limit, offset }),
  };
}

/**
 * What REST tells of a document. The names inside the metadata, and inside what version 1 kept, are people's own and stay
 * as they are. It holds no dates: with one, JSON.stringify takes several times as long.
 */
export function documentBody(document: Document): object {
  const { version1Original } = document;
  return {
    document_id: document.documentId,
    owner_id: document.ownerId,
    filename: document.filename,
    content_type: document.contentType,
    size_bytes: document.sizeBytes,
    sha256: document.sha256,
    status: document.status,
    status_reason: document.statusReason,
    version: document.version,
    page_count: document.pageCount,
    char_count: document.charCount,
    created_at: document.createdAt.toISOString(),
    updated_at: document.updatedAt.toISOString(),
    metadata: document.metadata,
    ...(version1Original === undefined ? {} : { version1_original: JSON.parse(version1Original) as object }),
  };
}
