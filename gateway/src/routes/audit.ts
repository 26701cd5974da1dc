import { Readable } from 'node:stream';
import type { ExportAuditLogResponse } from '@contract-reviewer/proto/session/v1/session';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { attachment } from '../http/attachment.ts';
import { asCaller, asDownloader } from '../http/calls.ts';
import { notModified } from '../http/etag.ts';
import { StartedStream } from '../http/started-stream.ts';
import {
  AuditEventListSchema,
  AuditHeadFileSchema,
  AuditVerdictSchema,
  auditArchive,
  auditEventBody,
  auditHeadFileBody,
  auditVerdictBody,
  outcome as outcomeWord,
} from '../schemas/audit.ts';
import { pageQuery } from '../schemas/page.ts';
import { problems } from '../schemas/problem.ts';
import { exactly, refTo } from '../schemas/schema.ts';
import type { Services } from '../services.ts';

const tags = ['audit'];
/** Verifying and erasing walk over the whole log. */
const wholeLogTimeoutMs = 15 * 60_000;

export function auditRoutes({ sessions }: Services): FastifyPluginAsyncTypebox {
  return async (server) => {
    server.get(
      '/api/audit',
      {
        schema: {
          tags,
          summary: 'Read the audit log (administrators)',
          querystring: exactly({
            ...pageQuery(100, 1000),
            type: Type.Optional(Type.String()),
            outcome: Type.Optional(outcomeWord),
            user_id: Type.Optional(Type.String()),
            session_id: Type.Optional(Type.String()),
            document_id: Type.Optional(Type.String()),
            analysis_id: Type.Optional(Type.String()),
            from: Type.Optional(Type.String({ format: 'date-time', description: 'At or after this moment.' })),
            until: Type.Optional(Type.String({ format: 'date-time', description: 'Before this moment.' })),
          }),
          response: { 200: refTo(AuditEventListSchema), ...notModified, ...problems(400, 401, 403) },
        },
      },
      async (request) => {
        const { limit = 0, offset = 0, type, outcome, user_id, session_id, document_id, analysis_id } = request.query;
        const page = await sessions.listAuditEvents(
          {
            limit,
            offset,
            type,
            outcome,
            userId: user_id,
            sessionId: session_id,
            documentId: document_id,
            analysisId: analysis_id,
            from: momentOf(request.query.from),
            until: momentOf(request.query.until),
          },
          asCaller(request),
        );
        return {
          events: page.events.map(auditEventBody),
          total_count: page.totalCount,
          limit: page.limit,
          offset: page.offset,
        };
      },
    );

    server.get(
      '/api/audit/head',
      {
        schema: {
          tags,
          summary: 'Sign the audit log as it is now (administrators)',
          description: 'Keep the answer where nobody can change it: `npm run audit -- verify --head FILE` takes it.',
          response: { 200: refTo(AuditHeadFileSchema), ...notModified, ...problems(401, 403) },
        },
      },
      async (request) => auditHeadFileBody(await sessions.getAuditHead({}, asCaller(request))),
    );

    server.get(
      '/api/audit/verify',
      {
        schema: {
          tags,
          summary: 'Check the audit log from its first entry to its last (administrators)',
          description:
            'Finds what was edited, removed in the middle, inserted or reordered. That nothing was cut off at the end, ' +
            'only a head can tell that was kept elsewhere.',
          response: { 200: refTo(AuditVerdictSchema), ...notModified, ...problems(401, 403) },
        },
      },
      async (request) =>
        auditVerdictBody(await sessions.verifyAuditLog({}, { ...asCaller(request), timeoutMs: wholeLogTimeoutMs })),
    );

    server.get(
      '/api/audit/export',
      {
        exposeHeadRoute: false,
        schema: {
          tags,
          summary: 'Export the audit log with all that it takes to verify it (administrators)',
          querystring: exactly({
            before: Type.Optional(
              Type.String({
                format: 'date-time',
                description: 'Only entries before the first one that is as young as this.',
              }),
            ),
          }),
          response: {
            200: {
              description: 'Lines of JSON, as docs/audit-log.md specifies',
              content: { 'application/x-ndjson': { schema: Type.Unsafe<Readable>({ type: 'string' }) } },
            },
            ...problems(400, 401, 403, 409),
          },
        },
      },
      async (request, reply) => {
        const exported = new StartedStream(
          sessions.exportAuditLog({ before: momentOf(request.query.before) }, asDownloader(request, reply)),
        );
        await exported.first;
        return reply
          .type('application/x-ndjson')
          .header('cache-control', 'no-store')
          .header('content-disposition', attachment('audit-log.ndjson'))
          .send(Readable.from(linesOf(exported.all()), { objectMode: false }));
      },
    );

    server.post(
      '/api/audit/seal',
      {
        schema: {
          tags,
          summary: 'Remove entries that were written to an archive (administrators)',
          body: exactly(auditArchive),
          response: {
            200: Type.Object({ removed_count: Type.Integer() }),
            ...problems(400, 401, 403, 409),
          },
        },
      },
      async (request) => {
        const { sealed_size, root_hash, archive_sha256 } = request.body;
        const archive = { sealedSize: BigInt(sealed_size), rootHash: root_hash, archiveSha256: archive_sha256 };
        const settings = { ...asCaller(request), timeoutMs: wholeLogTimeoutMs };
        return { removed_count: Number((await sessions.sealAuditLog(archive, settings)).removedCount) };
      },
    );

    server.post(
      '/api/audit/erase',
      {
        schema: {
          tags,
          summary: 'Erase from the audit log what says who a user is (administrators)',
          description: 'Entries keep their place, time and type. The erasure is recorded.',
          body: exactly({ user_id: Type.String() }),
          response: {
            200: Type.Object({ erased_count: Type.Integer({ description: 'How many parts of entries.' }) }),
            ...problems(400, 401, 403),
          },
        },
      },
      async (request) => {
        const settings = { ...asCaller(request), timeoutMs: wholeLogTimeoutMs };
        const { erasedCount } = await sessions.eraseUserData({ userId: request.body.user_id }, settings);
        return { erased_count: Number(erasedCount) };
      },
    );
  };
}

function momentOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

async function* linesOf(messages: AsyncIterable<ExportAuditLogResponse>): AsyncGenerator<string> {
  for await (const { lines } of messages) for (const line of lines) yield `${line}\n`;
}
