import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { Document } from '@contract-reviewer/proto/document/v1/document';
import { type Static, Type } from 'typebox';
import { pageFields } from './page.ts';
import { freeForm, named, oneOf, refTo, Sha256, Timestamp } from './schema.ts';
import { sent } from './sent.ts';
import { originalBody } from './version1-original.ts';

export const DocumentSchema = named(
  'Document',
  {
    document_id: Type.String(),
    owner_id: Type.String(),
    filename: Type.String(),
    content_type: Type.String({ description: 'Decided by the content of the file, not by its name.' }),
    size_bytes: Type.Integer(),
    sha256: Sha256,
    status: oneOf(['uploaded', 'extracting', 'ready', 'needs_ocr', 'unreadable']),
    status_reason: Type.Optional(
      Type.Object(
        { reason: Type.String(), message: Type.String() },
        { description: 'Why the text cannot be read; set when the status is needs_ocr or unreadable.' },
      ),
    ),
    metadata: freeForm('Your own facts about the document.'),
    version: Type.Integer({ description: 'Rises by one with each change; in quotes it is the ETag.' }),
    page_count: Type.Optional(Type.Integer()),
    char_count: Type.Optional(Type.Integer({ description: 'Unicode code points of the text.' })),
    created_at: Timestamp,
    updated_at: Timestamp,
    version1_original: Type.Optional(freeForm('What version 1 kept of a document that came from there.')),
  },
  'A contract as it was uploaded.',
);

export const DocumentListSchema = named(
  'DocumentList',
  { documents: Type.Array(refTo(DocumentSchema)), ...pageFields },
  'Documents that the caller may read, newest first.',
);

export const DocumentTextSchema = named(
  'DocumentText',
  {
    text: Type.String(),
    pages: Type.Array(Type.Object({ page: Type.Integer({ minimum: 1 }), start: Type.Integer(), end: Type.Integer() }), {
      description: 'The half-open range [start, end) of Unicode code points that each page takes up.',
    }),
    text_sha256: Sha256,
  },
  'The text that was read from a document.',
);

/** Keys of the metadata are the client's own, so they keep their names. */
export function documentBody(document: Document | undefined) {
  const { metadata, version1Original, ...fields } = sent(document);
  return {
    ...(toSnakeCase(fields) as object),
    metadata: metadata ?? {},
    ...originalBody(version1Original),
  } as Static<typeof DocumentSchema>;
}
