import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { asCaller, asReader } from '../http/calls.ts';
import { notModified } from '../http/etag.ts';
import { sendRendered } from '../http/rendered-json.ts';
import { problems } from '../schemas/problem.ts';
import { exactly, Nothing, refTo } from '../schemas/schema.ts';
import {
  OpenedSessionSchema,
  openedSessionBody,
  permission,
  SessionListSchema,
  SessionSchema,
  sessionBody,
} from '../schemas/session.ts';
import type { Services } from '../services.ts';

const tags = ['sessions'];
const params = exactly({ session_id: Type.String() });

export function sessionRoutes({ sessions }: Services): FastifyPluginAsyncTypebox {
  return async (server) => {
    server.post(
      '/api/password',
      {
        schema: {
          tags,
          summary: "Change the caller's password; their other sessions end",
          body: exactly({ current_password: Type.String(), new_password: Type.String() }),
          response: { 204: Nothing, ...problems(400, 401, 403, 429) },
        },
      },
      async (request, reply) => {
        const { current_password: currentPassword, new_password: newPassword } = request.body;
        await sessions.changePassword({ currentPassword, newPassword }, asCaller(request));
        return reply.code(204).send(null);
      },
    );

    server.post(
      '/api/sessions',
      {
        schema: {
          tags,
          summary: 'Open a further session, optionally narrowed to one document and fewer permissions',
          body: exactly({
            document_id: Type.Optional(Type.String()),
            permissions: Type.Optional(
              Type.Array(permission, {
                minItems: 1,
                description: "Without it: all that the caller's own session may do.",
              }),
            ),
          }),
          response: { 201: refTo(OpenedSessionSchema), ...problems(400, 401, 403) },
        },
      },
      async (request, reply) => {
        const { document_id: documentId, permissions = [] } = request.body;
        const opened = openedSessionBody(await sessions.createSession({ documentId, permissions }, asCaller(request)));
        return reply.code(201).header('location', `/api/sessions/${opened.session_id}`).send(opened);
      },
    );

    server.get(
      '/api/sessions',
      {
        schema: {
          tags,
          summary: "List the caller's live sessions",
          response: { 200: refTo(SessionListSchema), ...notModified, ...problems(401) },
        },
      },
      async (request) => {
        const { sessions: list } = await sessions.listSessions({}, asCaller(request));
        return { sessions: list.map(sessionBody) };
      },
    );

    server.get(
      '/api/sessions/:session_id',
      {
        schema: {
          tags,
          summary: "Read one of the caller's live sessions",
          params,
          response: { 200: refTo(SessionSchema), ...notModified, ...problems(400, 401, 404) },
        },
      },
      async (request, reply) => {
        const { json } = await sessions.getSession(
          { sessionId: request.params.session_id, asJson: true },
          asReader(request, reply),
        );
        return sendRendered(reply, json);
      },
    );

    server.delete(
      '/api/sessions/:session_id',
      {
        schema: {
          tags,
          summary: "End one of the caller's sessions, and those that were made from it",
          params,
          response: { 204: Nothing, ...problems(400, 401, 404) },
        },
      },
      async (request, reply) => {
        await sessions.revokeSession({ sessionId: request.params.session_id }, asCaller(request));
        return reply.code(204).send(null);
      },
    );

    server.delete(
      '/api/sessions',
      {
        schema: {
          tags,
          summary: "End all of the caller's sessions, this one included",
          response: { 204: Nothing, ...problems(401, 403) },
        },
      },
      async (request, reply) => {
        await sessions.revokeAllSessions({}, asCaller(request));
        return reply.code(204).send(null);
      },
    );
  };
}
