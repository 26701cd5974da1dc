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
import type { DocumentPage } from './document-store.ts';

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

const envelopeSchema = z.object({ metadata: z.unknown() }).loose();
const sharedSchema = z.object({
  grants: z.array(
    z.object({ user_id: z.string().transform((id) => id as UserId), permissions: z.array(z.enum(permissions)) }),
  ),
});
const pageSchema = z.object({ documents: z.array(z.unknown()), total_count: z.number() });

/** A document as lists in Redis hold it. The names inside the metadata are people's own and stay as they are. */
export const documentCodec: Codec<Document> = {
  version: 2,
  toJson: ({ metadata, ...document }) => ({ ...(toSnakeCase(document) as object), metadata }),
  fromJson: (json) => {
    const { metadata, ...document } = envelopeSchema.parse(json);
    return documentSchema.parse({ ...(toCamelCase(document) as object), metadata }) as Document;
  },
};

/** A document as Redis holds it under its own key: one read tells whether it is there and who may do what with it. */
export const sharedDocumentCodec: Codec<SharedDocument> = {
  version: 3,
  toJson: ({ grants, ...document }) => ({
    ...(documentCodec.toJson(document) as object),
    grants: grants.map(({ userId, permissions }) => ({ user_id: userId, permissions })),
  }),
  fromJson: (json) => {
    const { grants } = sharedSchema.parse(json);
    return {
      ...documentCodec.fromJson(json),
      grants: grants.map(({ user_id, permissions }) => ({ userId: user_id, permissions })),
    };
  },
};

export const documentPageCodec: Codec<DocumentPage> = {
  version: 1,
  toJson: ({ documents, totalCount }) => ({ documents: documents.map(documentCodec.toJson), total_count: totalCount }),
  fromJson: (json) => {
    const { documents, total_count } = pageSchema.parse(json);
    return { documents: documents.map(documentCodec.fromJson), totalCount: total_count };
  },
};

export const generationCodec: Codec<number> = {
  version: 1,
  toJson: (generation) => generation,
  fromJson: (json) => z.int().parse(json),
};
