import { Readable } from 'node:stream';
import { toDuration } from '@contract-reviewer/platform/grpc/duration';
import { cacheTrailer } from '@contract-reviewer/platform/grpc/metadata-keys';
import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { DownloadDocumentResponse } from '@contract-reviewer/proto/document/v1/document';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import { attachment } from '../http/attachment.ts';
import { asCaller, asDownloader, asReader, patienceFor } from '../http/calls.ts';
import { expectedVersion, isKnownToClient, notModified, versionTag } from '../http/etag.ts';
import { sendRendered } from '../http/rendered-json.ts';
import { StartedStream } from '../http/started-stream.ts';
import { DocumentListSchema, DocumentSchema, DocumentTextSchema, documentBody } from '../schemas/document.ts';
import { pageQuery } from '../schemas/page.ts';
import { problems } from '../schemas/problem.ts';
import { exactly, freeForm, Nothing, refTo } from '../schemas/schema.ts';
import type { Services } from '../services.ts';

const tags = ['documents'];
const params = exactly({ document_id: Type.String() });
const binary = Type.Unsafe<Readable>({ type: 'string', format: 'binary' });
/** What documents are taken as, which is also what they are given back as. */
const originalTypes = [
  'application/pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'text/plain',
  'text/markdown',
];

export function documentRoutes({ documents }: Services): FastifyPluginAsyncTypebox {
  return async (server) => {
    server.get(
      '/api/documents',
      {
        schema: {
          tags,
          summary: 'List the documents that the caller may read, newest first',
          querystring: exactly(pageQuery(10, 100)),
          response: { 200: refTo(DocumentListSchema), ...notModified, ...problems(400, 401) },
        },
      },
      async (request, reply) => {
        const { limit = 0, offset = 0 } = request.query;
        const { json } = await documents.listDocuments({ limit, offset, asJson: true }, asReader(request, reply));
        return sendRendered(reply, json);
      },
    );

    server.get(
      '/api/documents/:document_id',
      {
        schema: {
          tags,
          summary: 'Read what is known of a document',
          params,
          response: { 200: refTo(DocumentSchema), ...notModified, ...problems(400, 401, 404) },
        },
      },
      async (request, reply) => {
        const { json } = await documents.getDocument(
          { documentId: request.params.document_id, asJson: true },
          asReader(request, reply),
        );
        return sendRendered(reply, json);
      },
    );

    server.patch(
      '/api/documents/:document_id',
      {
        schema: {
          tags,
          summary: 'Change the filename or the metadata, which is replaced as a whole',
          params,
          headers: Type.Object({
            'if-match': Type.Optional(
              Type.String({ description: 'The ETag of the document as you read it: 412 if it has changed since.' }),
            ),
          }),
          body: exactly(
            {
              filename: Type.Optional(Type.String()),
              metadata: Type.Optional(freeForm('Your own facts about the document.')),
            },
            { minProperties: 1 },
          ),
          response: { 200: refTo(DocumentSchema), ...problems(400, 401, 403, 404, 412) },
        },
      },
      async (request, reply) => {
        const { document } = await documents.updateDocument(
          {
            documentId: request.params.document_id,
            expectedVersion: expectedVersion(request.headers['if-match']),
            ...request.body,
          },
          asCaller(request),
        );
        const body = documentBody(document);
        reply.header('etag', versionTag(body.version));
        return body;
      },
    );

    server.delete(
      '/api/documents/:document_id',
      {
        schema: {
          tags,
          summary: 'Delete a document with its text and its reviews',
          params,
          response: { 204: Nothing, ...problems(400, 401, 403, 404) },
        },
      },
      async (request, reply) => {
        await documents.deleteDocument({ documentId: request.params.document_id }, asCaller(request));
        return reply.code(204).send(null);
      },
    );

    server.get(
      '/api/documents/:document_id/content',
      {
        exposeHeadRoute: false,
        schema: {
          tags,
          summary: 'Download the original file',
          params,
          response: {
            200: {
              description: 'The original bytes',
              content: Object.fromEntries(originalTypes.map((type) => [type, { schema: binary }])),
            },
            ...notModified,
            ...problems(400, 401, 404),
          },
        },
      },
      async (request, reply) => {
        const download = new StartedStream(
          documents.downloadDocument({ documentId: request.params.document_id }, asDownloader(request, reply)),
        );
        const first = await download.first;
        const part = first.done ? undefined : first.value.part;
        if (part?.$case !== 'header') throw new Error('a download has to begin with its header');
        const { filename, contentType, sizeBytes, sha256 } = part.value;

        reply.header('etag', `"${sha256}"`).header('cache-control', 'private, no-cache').header(cacheTrailer, 'MISS');
        if (isKnownToClient(request, reply)) {
          await download.cancel();
          return reply.code(304).send(null);
        }
        return reply
          .type(contentType)
          .header('content-length', sizeBytes)
          .header('content-disposition', attachment(filename))
          .send(Readable.from(bytesOf(download.all()), { objectMode: false }));
      },
    );

    server.get(
      '/api/documents/:document_id/text',
      {
        schema: {
          tags,
          summary: 'Read the text of a document, with the range of each page',
          params,
          querystring: exactly({
            wait: Type.Optional(
              Type.Integer({
                minimum: 0,
                maximum: 30,
                default: 0,
                description: 'How many seconds to wait for an extraction that is under way.',
              }),
            ),
          }),
          response: { 200: refTo(DocumentTextSchema), ...notModified, ...problems(400, 401, 404, 409) },
        },
      },
      async (request, reply) => {
        const { wait = 0 } = request.query;
        const text = await documents.getDocumentText(
          { documentId: request.params.document_id, wait: toDuration(wait * 1000) },
          { ...asReader(request, reply), timeoutMs: patienceFor(wait) },
        );
        return toSnakeCase(text) as Static<typeof DocumentTextSchema>;
      },
    );
  };
}

async function* bytesOf(messages: AsyncIterable<DownloadDocumentResponse>): AsyncGenerator<Buffer> {
  for await (const { part } of messages) if (part?.$case === 'chunk') yield part.value;
}
