import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { asCaller } from '../http/calls.ts';
import { notModified } from '../http/etag.ts';
import { pageQuery } from '../schemas/page.ts';
import { problems } from '../schemas/problem.ts';
import { exactly, refTo } from '../schemas/schema.ts';
import { role, UserListSchema, UserSchema, userBody } from '../schemas/user.ts';
import type { Services } from '../services.ts';

const tags = ['users'];
const params = exactly({ user_id: Type.String() });

export function userRoutes({ sessions }: Services): FastifyPluginAsyncTypebox {
  return async (server) => {
    server.post(
      '/api/users',
      {
        schema: {
          tags,
          summary: 'Make an account (administrators)',
          body: exactly({ email: Type.String(), password: Type.String(), role: Type.Optional(role) }),
          response: { 201: refTo(UserSchema), ...problems(400, 401, 403, 409, 429) },
        },
      },
      async (request, reply) => {
        const { user } = await sessions.createUser({ role: '', ...request.body }, asCaller(request));
        const body = userBody(user);
        return reply.code(201).header('location', `/api/users/${body.user_id}`).send(body);
      },
    );

    server.get(
      '/api/users',
      {
        schema: {
          tags,
          summary: 'List accounts (administrators)',
          querystring: exactly(pageQuery(100, 1000)),
          response: { 200: refTo(UserListSchema), ...notModified, ...problems(400, 401, 403) },
        },
      },
      async (request) => {
        const { limit = 0, offset = 0 } = request.query;
        const { users, totalCount, ...page } = await sessions.listUsers({ limit, offset }, asCaller(request));
        return { users: users.map(userBody), total_count: totalCount, ...page };
      },
    );

    server.get(
      '/api/users/:user_id',
      {
        schema: {
          tags,
          summary: 'Read an account (administrators, and users their own)',
          params,
          response: { 200: refTo(UserSchema), ...notModified, ...problems(400, 401, 404) },
        },
      },
      async (request) => {
        const { user } = await sessions.getUser({ userId: request.params.user_id }, asCaller(request));
        return userBody(user);
      },
    );

    server.patch(
      '/api/users/:user_id',
      {
        schema: {
          tags,
          summary: 'Disable or enable an account, change its role, set a new password (administrators)',
          params,
          body: exactly(
            {
              disabled: Type.Optional(Type.Boolean()),
              role: Type.Optional(role),
              password: Type.Optional(
                Type.String({ description: 'A new password; every session of the user is revoked.' }),
              ),
            },
            { minProperties: 1 },
          ),
          response: { 200: refTo(UserSchema), ...problems(400, 401, 403, 404, 409, 429) },
        },
      },
      async (request) => {
        const { user } = await sessions.updateUser(
          { userId: request.params.user_id, ...request.body },
          asCaller(request),
        );
        return userBody(user);
      },
    );
  };
}
