import type { UploadDocumentRequest } from '@contract-reviewer/proto/document/v1/document';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { asCaller } from '../http/calls.ts';
import { readUploadForm, refuseLargeForm, type UploadForm } from '../http/upload-form.ts';
import { compileValidator } from '../http/validation.ts';
import { DocumentSchema, documentBody } from '../schemas/document.ts';
import { problems } from '../schemas/problem.ts';
import { freeForm, refTo } from '../schemas/schema.ts';
import type { Services } from '../services.ts';

const form = Type.Object({
  metadata: Type.Optional(freeForm('Your own facts about the document, as JSON. Send it before the file.')),
  file: Type.String({ format: 'binary', description: 'PDF, DOCX, TXT or MD.' }),
});

/** Files go through as they come: a part of the file is read from the client when the service has taken the one before. */
export function uploadRoutes({ documents }: Services, maxUploadBytes: number): FastifyPluginAsyncTypebox {
  return async (server) => {
    server.post(
      '/api/upload',
      {
        schema: {
          tags: ['documents'],
          summary: 'Upload a contract',
          consumes: ['multipart/form-data'],
          body: form,
          response: { 201: refTo(DocumentSchema), ...problems(400, 401, 403, 413, 415, 422) },
        },
        // The form is checked while it is read, which is after the point at which bodies are validated.
        validatorCompiler: (part) => (part.httpPart === 'body' ? () => true : compileValidator(part)),
        preParsing: async (request) => refuseLargeForm(request, maxUploadBytes),
      },
      async (request, reply) => {
        using upload = await readUploadForm(request, maxUploadBytes);
        const { document } = await documents.uploadDocument(messagesOf(upload), asCaller(request));
        const body = documentBody(document);
        return await reply.code(201).header('location', `/api/documents/${body.document_id}`).send(body);
      },
    );
  };
}

async function* messagesOf({ filename, metadata, content }: UploadForm): AsyncGenerator<UploadDocumentRequest> {
  yield { part: { $case: 'header', value: { filename, metadata } } };
  for await (const chunk of content) yield { part: { $case: 'chunk', value: chunk } };
}
