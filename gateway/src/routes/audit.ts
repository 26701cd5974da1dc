import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { asCaller } from '../http/calls.ts';
import { notModified } from '../http/etag.ts';
import { AuditEventListSchema, auditEventBody } from '../schemas/audit.ts';
import { pageQuery } from '../schemas/page.ts';
import { problems } from '../schemas/problem.ts';
import { exactly, refTo } from '../schemas/schema.ts';
import type { Services } from '../services.ts';

export function auditRoutes({ sessions }: Services): FastifyPluginAsyncTypebox {
  return async (server) => {
    server.get(
      '/api/audit',
      {
        schema: {
          tags: ['audit'],
          summary: 'Read the audit log (administrators)',
          querystring: exactly({
            ...pageQuery(100, 1000),
            type: Type.Optional(Type.String()),
            user_id: Type.Optional(Type.String()),
            document_id: Type.Optional(Type.String()),
            analysis_id: Type.Optional(Type.String()),
          }),
          response: { 200: refTo(AuditEventListSchema), ...notModified, ...problems(400, 401, 403) },
        },
      },
      async (request) => {
        const { limit = 0, offset = 0, type, user_id, document_id, analysis_id } = request.query;
        const filter = { type, userId: user_id, documentId: document_id, analysisId: analysis_id };
        const page = await sessions.listAuditEvents({ limit, offset, ...filter }, asCaller(request));
        return {
          events: page.events.map(auditEventBody),
          total_count: page.totalCount,
          limit: page.limit,
          offset: page.offset,
        };
      },
    );
  };
}
