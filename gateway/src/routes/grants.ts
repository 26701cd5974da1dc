import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { asCaller, asReader } from '../http/calls.ts';
import { notModified } from '../http/etag.ts';
import { GrantListSchema, GrantSchema, grantBody, grantedPermissions } from '../schemas/grant.ts';
import { problems } from '../schemas/problem.ts';
import { exactly, Nothing, refTo } from '../schemas/schema.ts';
import type { Services } from '../services.ts';

const tags = ['grants'];
const params = exactly({ document_id: Type.String(), user_id: Type.String() });

export function grantRoutes({ documents }: Services): FastifyPluginAsyncTypebox {
  return async (server) => {
    server.get(
      '/api/documents/:document_id/grants',
      {
        schema: {
          tags,
          summary: 'List whom a document is shared with; who may not share it sees their own grant alone',
          params: exactly({ document_id: Type.String() }),
          response: { 200: refTo(GrantListSchema), ...notModified, ...problems(400, 401, 403, 404) },
        },
      },
      async (request, reply) => {
        const { grants } = await documents.listGrants(
          { documentId: request.params.document_id },
          asReader(request, reply),
        );
        return { grants: grants.map(grantBody) };
      },
    );

    server.get(
      '/api/documents/:document_id/grants/:user_id',
      {
        schema: {
          tags,
          summary: 'Read what a user was granted on a document',
          params,
          response: { 200: refTo(GrantSchema), ...notModified, ...problems(400, 401, 403, 404) },
        },
      },
      async (request, reply) => {
        const { document_id: documentId, user_id: userId } = request.params;
        const { grant } = await documents.getGrant({ documentId, userId }, asReader(request, reply));
        return grantBody(grant);
      },
    );

    server.put(
      '/api/documents/:document_id/grants/:user_id',
      {
        schema: {
          tags,
          summary: 'Share a document with a user, or replace what they were granted',
          params,
          body: exactly({ permissions: grantedPermissions }),
          response: { 200: refTo(GrantSchema), ...problems(400, 401, 403, 404, 409) },
        },
      },
      async (request) => {
        const { document_id: documentId, user_id: userId } = request.params;
        const { permissions } = request.body;
        const { grant } = await documents.setGrant({ documentId, userId, permissions }, asCaller(request));
        return grantBody(grant);
      },
    );

    server.delete(
      '/api/documents/:document_id/grants/:user_id',
      {
        schema: {
          tags,
          summary: 'Take back what a user was granted on a document, or give up your own grant',
          params,
          response: { 204: Nothing, ...problems(400, 401, 403, 404) },
        },
      },
      async (request, reply) => {
        const { document_id: documentId, user_id: userId } = request.params;
        await documents.removeGrant({ documentId, userId }, asCaller(request));
        return reply.code(204).send(null);
      },
    );
  };
}
