import type { Codec } from '@contract-reviewer/platform/cache/entry';
import { toCamelCase } from '@contract-reviewer/platform/json/snake-case';
import { z } from 'zod';
import {
  contentTypes,
  type Document,
  type DocumentId,
  documentStatuses,
  type SharedDocument,
  type UserId,
} from '../domain/document.ts';
import { permissions } from '../domain/permission.ts';
import type { DocumentPage, RenderedDocument, RenderedPage } from './document-store.ts';

const documentSchema = z.object({
  documentId: z.string().transform((id) => id as DocumentId),
  ownerId: z.string().transform((id) => id as UserId),
  filename: z.string(),
  contentType: z.enum(contentTypes),
  sizeBytes: z.number(),
  sha256: z.string(),
  status: z.enum(documentStatuses),
  statusReason: z.object({ reason: z.string(), message: z.string() }).optional(),
  metadata: z.record(z.string(), z.unknown()),
  version: z.number(),
  pageCount: z.number().optional(),
  charCount: z.number().optional(),
  textSha256: z.string().optional(),
  createdAt: z.coerce.date(),
  updatedAt: z.coerce.date(),
  version1Original: z.string().optional(),
});

const envelopeSchema = z.object({ metadata: z.unknown(), version1_original: z.unknown().optional() }).loose();
const pageSchema = z.object({ documents: z.array(z.unknown()), total_count: z.number() });
const stateSchema = z.object({
  documentId: z.string().transform((id) => id as DocumentId),
  ownerId: z.string().transform((id) => id as UserId),
  status: z.enum(documentStatuses),
  statusReason: z.object({ reason: z.string(), message: z.string() }).optional(),
  textSha256: z.string().optional(),
  grants: z.array(
    z.object({ userId: z.string().transform((id) => id as UserId), permissions: z.array(z.enum(permissions)) }),
  ),
  version1Original: z.string().optional(),
  etag: z.string(),
});
const pageStateSchema = z.object({ textSha256s: z.array(z.string().nullable()), etag: z.string() });

/** A document as Redis holds it under its own key: one read tells whether it is there and who may do what with it. */
export const renderedDocumentCodec: Codec<RenderedDocument> = {
  version: 5,
  toJson: ({ json, ...state }) => ({ ...state, etag: json.etag }),
  toBytes: ({ json }) => json.body,
  fromJson: (json, body) => {
    const { etag, ...state } = stateSchema.parse(json);
    return { ...state, json: { body, etag } } as RenderedDocument;
  },
};

/** A page as Redis holds it. */
export const renderedPageCodec: Codec<RenderedPage> = {
  version: 3,
  toJson: ({ textSha256s, json }) => ({ textSha256s, etag: json.etag }),
  toBytes: ({ json }) => json.body,
  fromJson: (json, body) => {
    const { textSha256s, etag } = pageStateSchema.parse(json);
    return { textSha256s, json: { body, etag } };
  },
};

/** @throws {Error} when the text is no document */
export function sharedDocumentOf({ json, grants, textSha256, version1Original }: RenderedDocument): SharedDocument {
  return { ...documentIn(JSON.parse(json.body.toString()), { textSha256, version1Original }), grants };
}

/** @throws {Error} when the text is no page */
export function documentPageOf({ json, textSha256s }: RenderedPage): DocumentPage {
  const { documents, total_count: totalCount } = pageSchema.parse(JSON.parse(json.body.toString()));
  return {
    documents: documents.map((body, index) => documentIn(body, { textSha256: textSha256s[index] ?? undefined })),
    totalCount,
  };
}

/** A document of its JSON and of what that does not tell. The names inside the metadata are people's own. */
function documentIn(json: unknown, rest: { textSha256?: string | undefined; version1Original?: string | undefined }) {
  const { metadata, version1_original: _parsed, ...fields } = envelopeSchema.parse(json);
  return documentSchema.parse({ ...(toCamelCase(fields) as object), ...rest, metadata }) as Document;
}

export const generationCodec: Codec<number> = {
  version: 1,
  toJson: (generation) => generation,
  fromJson: (json) => z.int().parse(json),
};
