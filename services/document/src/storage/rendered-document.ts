import { renderJson } from '@contract-reviewer/platform/json/rendered-json';
import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
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
 * as they are.
 */
export function documentBody(document: Document & Partial<Pick<SharedDocument, 'grants'>>): object {
  const { metadata, version1Original, textSha256: _text, grants: _grants, ...fields } = document;
  return {
    ...(toSnakeCase(fields) as object),
    metadata,
    ...(version1Original === undefined ? {} : { version1_original: JSON.parse(version1Original) as object }),
  };
}
