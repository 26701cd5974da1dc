import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { asCaller } from '../http/calls.ts';
import { notModified } from '../http/etag.ts';
import { problems } from '../schemas/problem.ts';
import { exactly, Nothing, refTo } from '../schemas/schema.ts';
import {
  CredentialListSchema,
  credentialBody,
  IssuedCredentialSchema,
  ServiceAccountListSchema,
  ServiceAccountSchema,
  scopes,
  serviceAccountBody,
} from '../schemas/service-account.ts';
import type { Services } from '../services.ts';

const tags = ['service accounts'];
const params = exactly({ service_account_id: Type.String() });

export function serviceAccountRoutes({ sessions }: Services): FastifyPluginAsyncTypebox {
  return async (server) => {
    server.post(
      '/api/service-accounts',
      {
        schema: {
          tags,
          summary: 'Make an account for a program (administrators)',
          body: exactly({ name: Type.String(), scopes }),
          response: { 201: refTo(ServiceAccountSchema), ...problems(400, 401, 403, 409) },
        },
      },
      async (request, reply) => {
        const { serviceAccount } = await sessions.createServiceAccount(request.body, asCaller(request));
        const body = serviceAccountBody(serviceAccount);
        return reply.code(201).header('location', `/api/service-accounts/${body.service_account_id}`).send(body);
      },
    );

    server.get(
      '/api/service-accounts',
      {
        schema: {
          tags,
          summary: 'List service accounts (administrators)',
          response: { 200: refTo(ServiceAccountListSchema), ...notModified, ...problems(401, 403) },
        },
      },
      async (request) => {
        const { serviceAccounts } = await sessions.listServiceAccounts({}, asCaller(request));
        return { service_accounts: serviceAccounts.map(serviceAccountBody) };
      },
    );

    server.get(
      '/api/service-accounts/:service_account_id',
      {
        schema: {
          tags,
          summary: 'Read a service account (administrators)',
          params,
          response: { 200: refTo(ServiceAccountSchema), ...notModified, ...problems(400, 401, 403, 404) },
        },
      },
      async (request) => {
        const serviceAccountId = request.params.service_account_id;
        const { serviceAccount } = await sessions.getServiceAccount({ serviceAccountId }, asCaller(request));
        return serviceAccountBody(serviceAccount);
      },
    );

    server.patch(
      '/api/service-accounts/:service_account_id',
      {
        schema: {
          tags,
          summary: 'Disable or enable a service account, change its scopes (administrators)',
          description: 'Disabling ends its credentials. What it may no longer do, it cannot do once this is answered.',
          params,
          body: exactly(
            { disabled: Type.Optional(Type.Boolean()), scopes: Type.Optional(scopes) },
            { minProperties: 1 },
          ),
          response: { 200: refTo(ServiceAccountSchema), ...problems(400, 401, 403, 404) },
        },
      },
      async (request) => {
        const { disabled, scopes: wanted } = request.body;
        const change = {
          serviceAccountId: request.params.service_account_id,
          disabled,
          scopes: wanted && { values: wanted },
        };
        const { serviceAccount } = await sessions.updateServiceAccount(change, asCaller(request));
        return serviceAccountBody(serviceAccount);
      },
    );

    server.delete(
      '/api/service-accounts/:service_account_id',
      {
        schema: {
          tags,
          summary: 'End the credentials of a service account and remove it (administrators)',
          description: 'Documents that it owns stay, and nobody but those whom they were granted to can reach them.',
          params,
          response: { 204: Nothing, ...problems(400, 401, 403, 404) },
        },
      },
      async (request, reply) => {
        const serviceAccountId = request.params.service_account_id;
        await sessions.deleteServiceAccount({ serviceAccountId }, asCaller(request));
        return reply.code(204).send(null);
      },
    );
  };
}

/** What service accounts prove with that it is they. */
export function credentialRoutes({ sessions }: Services): FastifyPluginAsyncTypebox {
  return async (server) => {
    server.post(
      '/api/service-accounts/:service_account_id/credentials',
      {
        schema: {
          tags,
          summary: 'Give a service account a further credential (administrators)',
          description: 'Five may live at a time: make a new one, switch to it, revoke the old one.',
          params,
          body: exactly({
            expires_at: Type.Optional(
              Type.String({ format: 'date-time', description: 'Without it, the credential does not end by itself.' }),
            ),
          }),
          response: { 201: refTo(IssuedCredentialSchema), ...problems(400, 401, 403, 404, 409) },
        },
      },
      async (request, reply) => {
        const { expires_at } = request.body;
        const wanted = {
          serviceAccountId: request.params.service_account_id,
          ...(expires_at === undefined ? {} : { expiresAt: new Date(expires_at) }),
        };
        const { credential, token } = await sessions.createCredential(wanted, asCaller(request));
        return reply.code(201).send({ ...credentialBody(credential), token });
      },
    );

    server.get(
      '/api/service-accounts/:service_account_id/credentials',
      {
        schema: {
          tags,
          summary: 'List the live credentials of a service account (administrators)',
          params,
          response: { 200: refTo(CredentialListSchema), ...notModified, ...problems(400, 401, 403, 404) },
        },
      },
      async (request) => {
        const serviceAccountId = request.params.service_account_id;
        const { credentials } = await sessions.listCredentials({ serviceAccountId }, asCaller(request));
        return { credentials: credentials.map(credentialBody) };
      },
    );

    server.delete(
      '/api/service-accounts/:service_account_id/credentials/:credential_id',
      {
        schema: {
          tags,
          summary: 'End a credential (administrators)',
          params: exactly({ service_account_id: Type.String(), credential_id: Type.String() }),
          response: { 204: Nothing, ...problems(400, 401, 403, 404) },
        },
      },
      async (request, reply) => {
        const { service_account_id: serviceAccountId, credential_id: credentialId } = request.params;
        await sessions.revokeCredential({ serviceAccountId, credentialId }, asCaller(request));
        return reply.code(204).send(null);
      },
    );
  };
}
