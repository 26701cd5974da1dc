import type { Codec } from '@contract-reviewer/platform/cache/entry';
import { toCamelCase, toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
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
  document_id: z.string().transform((id) => id as DocumentId),
  owner_id: z.string().transform((id) => id as UserId),
  status: z.enum(documentStatuses),
  status_reason: z.object({ reason: z.string(), message: z.string() }).optional(),
  text_sha256: z.string().optional(),
  grants: z.array(
    z.object({ user_id: z.string().transform((id) => id as UserId), permissions: z.array(z.enum(permissions)) }),
  ),
  version1_original: z.string().optional(),
  etag: z.string(),
});
const pageStateSchema = z.object({ text_sha256s: z.array(z.string().nullable()), etag: z.string() });

/** A document as Redis holds it under its own key: one read tells whether it is there and who may do what with it. */
export const renderedDocumentCodec: Codec<RenderedDocument> = {
  version: 4,
  toJson: ({ grants, json, ...state }) => ({
    ...(toSnakeCase(state) as object),
    grants: grants.map(({ userId, permissions }) => ({ user_id: userId, permissions })),
    etag: json.etag,
  }),
  toText: ({ json }) => json.text,
  fromJson: (json, text) => {
    const { grants, etag, ...state } = stateSchema.parse(json);
    return {
      ...(toCamelCase(state) as Omit<RenderedDocument, 'grants' | 'json'>),
      grants: grants.map(({ user_id, permissions }) => ({ userId: user_id, permissions })),
      json: { text, etag },
    };
  },
};

/** A page as Redis holds it. */
export const renderedPageCodec: Codec<RenderedPage> = {
  version: 2,
  toJson: ({ textSha256s, json }) => ({ text_sha256s: textSha256s, etag: json.etag }),
  toText: ({ json }) => json.text,
  fromJson: (json, text) => {
    const { text_sha256s, etag } = pageStateSchema.parse(json);
    return { textSha256s: text_sha256s, json: { text, etag } };
  },
};

/** @throws {Error} when the text is no document */
export function sharedDocumentOf({ json, grants, textSha256, version1Original }: RenderedDocument): SharedDocument {
  return { ...documentIn(JSON.parse(json.text), { textSha256, version1Original }), grants };
}

/** @throws {Error} when the text is no page */
export function documentPageOf({ json, textSha256s }: RenderedPage): DocumentPage {
  const { documents, total_count: totalCount } = pageSchema.parse(JSON.parse(json.text));
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
