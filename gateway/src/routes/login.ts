import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { asStranger } from '../http/calls.ts';
import { problems } from '../schemas/problem.ts';
import { exactly, refTo } from '../schemas/schema.ts';
import { OpenedSessionSchema, openedSessionBody } from '../schemas/session.ts';
import type { Services } from '../services.ts';

/** The one way in that asks for no token. */
export function loginRoutes({ sessions }: Services): FastifyPluginAsyncTypebox {
  return async (server) => {
    server.post(
      '/api/login',
      {
        schema: {
          tags: ['sessions'],
          summary: 'Log in',
          security: [],
          body: exactly({ email: Type.String(), password: Type.String() }),
          response: { 200: refTo(OpenedSessionSchema), ...problems(400, 401, 429) },
        },
      },
      async (request) => openedSessionBody(await sessions.login(request.body, asStranger(request))),
    );
  };
}
